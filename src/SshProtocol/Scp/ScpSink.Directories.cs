using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

// Directories that come in, and those that are missing on the way to the target.
internal sealed partial class ScpSink
{
    private async ValueTask EnterAsync(ScpRecord record)
    {
        ScpRecord? times = TakeTimes();
        if (!command.IsRecursive)
        {
            throw new ScpProtocolException("protocol error: received directory without -r");
        }

        if (_directories.Count == ScpOptions.MaxDepth)
        {
            throw new ScpProtocolException("too many directories within each other");
        }

        StorageError error = StorageError.NameTooLong;
        if (TryPlace(record.Name, out VirtualPath path))
        {
            error = await CreateAsync(path, record.Mode).ConfigureAwait(false);
        }

        if (error != StorageError.None)
        {
            await WarnAsync(ScpText.Describe(record.Name, error)).ConfigureAwait(false);
            return;
        }

        _directories.Push(new OpenDirectory(path, record, times));
        await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
    }

    private async ValueTask LeaveAsync()
    {
        _times = null;
        if (!_directories.TryPop(out OpenDirectory directory))
        {
            throw new ScpProtocolException("protocol error: end of a directory that was not begun");
        }

        string? failure = command.KeepsTimes
            ? await KeepAsync(directory.Record, directory.Times, changes => peer.Files.SetAttributesAsync(directory.Path, changes, peer.Lifetime)).ConfigureAwait(false)
            : null;
        if (failure is null)
        {
            await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
        }
        else
        {
            await WarnAsync(failure).ConfigureAwait(false);
        }
    }

    private async ValueTask<StorageError> CreateAsync(VirtualPath path, uint mode)
    {
        // The user writes into it now, whatever its mode says in the end.
        const uint OwnerAll = 0x1C0;
        StorageError error = await CreateOrFindAsync(path, mode | OwnerAll, isTentative: _directories.Count == 0).ConfigureAwait(false);
        if (error != StorageError.NotFound || _directories.Count > 0)
        {
            return error;
        }

        StorageResult parents = await CreateParentsAsync(path).ConfigureAwait(false);
        return parents.IsSuccess ? await CreateOrFindAsync(path, mode | OwnerAll, isTentative: false).ConfigureAwait(false) : parents.Error;
    }

    /// <summary>None if the directory was made or is there; else why not, which is told as an event unless parents may be missing and are made next.</summary>
    private async ValueTask<StorageError> CreateOrFindAsync(VirtualPath path, uint? mode, bool isTentative)
    {
        StorageResult created = await _tentative.CreateDirectoryAsync(path, mode, peer.Lifetime).ConfigureAwait(false);
        StorageError error = created.IsSuccess ? StorageError.None : await AcceptExistingAsync(path, created.Error).ConfigureAwait(false);
        if (error == StorageError.None || (isTentative && error == StorageError.NotFound))
        {
            return error;
        }

        StorageResult again = await peer.Files.CreateDirectoryAsync(path, mode, peer.Lifetime).ConfigureAwait(false);
        return again.IsSuccess ? StorageError.None : error;
    }

    /// <summary>None if the path is a directory already, else the error.</summary>
    private async ValueTask<StorageError> AcceptExistingAsync(VirtualPath path, StorageError error)
    {
        if (path.IsRoot)
        {
            return StorageError.None;
        }

        StorageResult<EntryAttributes> existing = await peer.Files.LookAsync(path, peer.Lifetime).ConfigureAwait(false);
        bool isDirectory = existing.IsSuccess
            ? existing.Value.Type == EntryType.Directory
            : existing.Error == StorageError.AccessDenied && error == StorageError.AlreadyExists;
        return isDirectory ? StorageError.None : error == StorageError.AlreadyExists ? StorageError.NotDirectory : error;
    }

    private async ValueTask<StorageResult> CreateParentsAsync(VirtualPath path)
    {
        var missing = new Stack<VirtualPath>();
        for (VirtualPath parent = path.Parent; !parent.IsRoot; parent = parent.Parent)
        {
            missing.Push(parent);
        }

        StorageResult result = StorageResult.Success;
        while (result.IsSuccess && missing.TryPop(out VirtualPath parent))
        {
            result = await CreateOrFindAsync(parent, null, isTentative: false).ConfigureAwait(false);
        }

        return result;
    }
}
