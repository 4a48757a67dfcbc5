using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary><c>scp -f</c>: sends records and content, and waits for the peer's answer to each.</summary>
internal sealed class ScpSource(ScpProgram peer, ScpCommand command, ScpOptions options)
{
    private readonly Stack<ScpDirectory> _directories = new();
    private bool _failed;

    /// <summary>False if anything failed; the peer was told what, or told us.</summary>
    public async ValueTask<bool> RunAsync()
    {
        if (!await IsAcceptedAsync().ConfigureAwait(false))
        {
            return false;
        }

        try
        {
            foreach (byte[] argument in command.Paths)
            {
                var source = ScpPath.Parse(argument, peer.StartDirectory);
                string name = source.Path.IsRoot ? RootName() : source.Path.Name;
                await SendAsync(source.Path, name, source.Text, known: null).ConfigureAwait(false);
                while (_directories.TryPeek(out ScpDirectory? directory))
                {
                    await GoOnAsync(directory).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            while (_directories.TryPop(out ScpDirectory? directory))
            {
                await directory.DisposeAsync().ConfigureAwait(false);
            }
        }

        return !_failed;
    }

    // Clients refuse "." and "/" as names.
    private string RootName() => PathText.IsName(options.UserName) ? options.UserName : "root";

    /// <summary>The next entry of the directory, or its end.</summary>
    private async ValueTask GoOnAsync(ScpDirectory directory)
    {
        StorageResult<DirectoryEntry?> next = await directory.NextAsync(peer.Lifetime).ConfigureAwait(false);
        if (!next.IsSuccess)
        {
            await WarnAsync(ScpText.Describe(directory.Name, next.Error)).ConfigureAwait(false);
        }
        else if (next.Value is { } entry)
        {
            await SendEntryAsync(directory, entry).ConfigureAwait(false);
            return;
        }

        _directories.Pop();
        await directory.DisposeAsync().ConfigureAwait(false);
        await peer.WriteAsync(ScpText.EndOfDirectory).ConfigureAwait(false);
        await IsAcceptedAsync().ConfigureAwait(false);
    }

    private ValueTask SendEntryAsync(ScpDirectory directory, DirectoryEntry entry) =>
        directory.Path.TryCombine(entry.Name, out VirtualPath path)
            ? SendAsync(path, entry.Name, entry.Name, entry.Attributes.Type)
            : WarnAsync(ScpText.Describe(entry.Name, StorageError.NameTooLong));

    /// <summary>Sends a file, or enters a directory. Where the user may not see which of the two it is, opening tells: who may download needs no right to list.</summary>
    private async ValueTask SendAsync(VirtualPath path, string name, string shown, EntryType? known)
    {
        if (name.Contains('\n', StringComparison.Ordinal) || PathText.Encode(name).Length > ScpRecord.MaxLength / 2)
        {
            await WarnAsync($"{shown}: this name cannot be sent by SCP; use SFTP").ConfigureAwait(false);
            return;
        }

        // What is known to be a directory is not opened as a file, which would be a download that failed.
        bool isDirectory = command.IsRecursive && (known is null or EntryType.SymbolicLink ? await IsDirectoryAsync(path).ConfigureAwait(false) : known == EntryType.Directory);
        StorageResult<IFileHandle> opened = path.IsRoot || isDirectory
            ? StorageError.IsDirectory
            : await peer.Files.OpenFileAsync(path, OpenFlags.Read, null, peer.Lifetime).ConfigureAwait(false);
        if (opened.IsSuccess)
        {
            IFileHandle file = opened.Value;
            await using (file.ConfigureAwait(false))
            {
                await SendFileAsync(file, path, name).ConfigureAwait(false);
            }

            return;
        }

        if (opened.Error == StorageError.AccessDenied && await IsDirectoryAsync(path).ConfigureAwait(false))
        {
            // Who may list but not download sees the tree, and is refused file by file.
            opened = StorageError.IsDirectory;
        }

        if (opened.Error != StorageError.IsDirectory)
        {
            await WarnAsync(Explain(shown, opened.Error)).ConfigureAwait(false);
        }
        else if (!command.IsRecursive)
        {
            await WarnAsync($"{shown}: not a regular file").ConfigureAwait(false);
        }
        else
        {
            await EnterAsync(path, name, shown).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> IsDirectoryAsync(VirtualPath path) =>
        await peer.Files.LookAsync(path, peer.Lifetime).ConfigureAwait(false) is { IsSuccess: true, Value.Type: EntryType.Directory };

    private static string Explain(string shown, StorageError error) =>
        error == StorageError.NotFound && shown.AsSpan().ContainsAny("*?[{")
            ? $"{shown}: no file has this name, and wildcards are not expanded here; use SFTP or -r"
            : ScpText.Describe(shown, error);

    private async ValueTask SendFileAsync(IFileHandle file, VirtualPath path, string name)
    {
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(peer.Lifetime).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            await WarnAsync(ScpText.Describe(name, attributes.Error)).ConfigureAwait(false);
            return;
        }

        long size = attributes.Value.Size;
        if (!await SendTimesAsync(attributes.Value).ConfigureAwait(false)
            || !await SendRecordAsync(ScpText.File(attributes.Value.Mode, size, name)).ConfigureAwait(false))
        {
            return;
        }

        StorageError error;
        TransferMeter transfer = peer.Meter.BeginTransfer(path.ToString(), isUpload: false);
        try
        {
            error = await peer.SendAsync(file, transfer, size).ConfigureAwait(false);
        }
        finally
        {
            peer.Meter.EndTransfer(transfer);
        }

        if (error == StorageError.None)
        {
            await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
        }
        else
        {
            await WarnAsync(ScpText.Describe(name, error)).ConfigureAwait(false);
        }

        if (await IsAcceptedAsync().ConfigureAwait(false) && error == StorageError.None)
        {
            await file.CloseAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask EnterAsync(VirtualPath path, string name, string shown)
    {
        if (_directories.Count == ScpOptions.MaxDepth)
        {
            await WarnAsync($"{shown}: too many directories within each other").ConfigureAwait(false);
            return;
        }

        // A link back to a directory that is being sent would never end.
        StorageResult<VirtualPath> resolved = await peer.Files.LookWhereAsync(path, peer.Lifetime).ConfigureAwait(false);
        VirtualPath place = resolved.IsSuccess ? resolved.Value : path;
        if (_directories.Any(d => d.Place.IsBelowOrEqual(place)))
        {
            await WarnAsync(ScpText.Describe(shown, StorageError.LinkLoop)).ConfigureAwait(false);
            return;
        }

        StorageResult<IDirectoryReader> reader = await peer.Files.OpenDirectoryAsync(path, peer.Lifetime).ConfigureAwait(false);
        if (!reader.IsSuccess)
        {
            await WarnAsync(ScpText.Describe(shown, reader.Error)).ConfigureAwait(false);
            return;
        }

        var directory = new ScpDirectory(path, place, name, reader.Value);
        bool isAccepted = false;
        try
        {
            isAccepted = await AnnounceAsync(path, name, shown).ConfigureAwait(false);
        }
        finally
        {
            if (isAccepted)
            {
                _directories.Push(directory);
            }
            else
            {
                await directory.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> AnnounceAsync(VirtualPath path, string name, string shown)
    {
        StorageResult<EntryAttributes> attributes = await peer.Files.LookAsync(path, peer.Lifetime).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            await WarnAsync(ScpText.Describe(shown, attributes.Error)).ConfigureAwait(false);
            return false;
        }

        return await SendTimesAsync(attributes.Value).ConfigureAwait(false)
            && await SendRecordAsync(ScpText.Directory(attributes.Value.Mode, name)).ConfigureAwait(false);
    }

    private async ValueTask<bool> SendTimesAsync(EntryAttributes attributes) =>
        !command.KeepsTimes || await SendRecordAsync(ScpText.Times(attributes)).ConfigureAwait(false);

    private async ValueTask<bool> SendRecordAsync(byte[] record)
    {
        await peer.WriteAsync(record).ConfigureAwait(false);
        return await IsAcceptedAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for the peer's answer; false if it cannot take what was announced.</summary>
    private async ValueTask<bool> IsAcceptedAsync()
    {
        if (!await peer.ReadMessageAsync().ConfigureAwait(false))
        {
            throw new ScpProtocolException("lost connection");
        }

        switch (peer.Message)
        {
            case [0]:
                return true;
            case [ScpText.WarningMark, ..]:
                _failed = true;
                return false;
            default:
                throw new ScpProtocolException("ended by the peer");
        }
    }

    private ValueTask WarnAsync(string message)
    {
        _failed = true;
        return peer.WriteAsync(ScpText.Error(ScpText.WarningMark, message));
    }
}
