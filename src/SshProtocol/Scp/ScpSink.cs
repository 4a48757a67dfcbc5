using Hpc.Accounts.Sessions;
using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary><c>scp -t</c>: the peer sends records and content, and waits for an answer to each.</summary>
internal sealed partial class ScpSink(ScpProgram peer, ScpCommand command)
{
    // Where the peer wants something to be is found out by trying; what was only tried is no event.
    private readonly IFileSystem _tentative = peer.Files.Tentative;
    private readonly ScpPath _target = ScpPath.Parse(command.Paths[0], peer.StartDirectory);
    private readonly Stack<OpenDirectory> _directories = new();
    private TargetKind _targetKind;
    private ScpRecord? _times;
    private bool _failed;

    private enum TargetKind : byte
    {
        /// <summary>A file, or nothing yet: what comes gets this name.</summary>
        Name,

        /// <summary>What comes is put into it.</summary>
        Directory,

        /// <summary>The user may not see what it is; opening tells.</summary>
        Hidden,
    }

    private VirtualPath Current => _directories.TryPeek(out OpenDirectory directory) ? directory.Path : _target.Path;

    /// <summary>False if anything failed; the peer was told what.</summary>
    public async ValueTask<bool> RunAsync()
    {
        await FindTargetAsync().ConfigureAwait(false);
        await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
        while (await peer.ReadMessageAsync().ConfigureAwait(false))
        {
            if (!ScpRecord.TryParse(peer.Message, out ScpRecord record, out string reason))
            {
                throw new ScpProtocolException("protocol error: " + reason);
            }

            if (!await FollowAsync(record).ConfigureAwait(false))
            {
                return false;
            }
        }

        if (_directories.Count > 0)
        {
            throw new ScpProtocolException("lost connection");
        }

        return !_failed;
    }

    private async ValueTask FindTargetAsync()
    {
        if (command.Paths.Count > 1)
        {
            throw new ScpProtocolException("ambiguous target: a name with spaces needs quotes within the quotes");
        }

        StorageResult<EntryAttributes> attributes = _target.Path.IsRoot
            ? new EntryAttributes { Type = EntryType.Directory }
            : await peer.Files.LookAsync(_target.Path, peer.Lifetime).ConfigureAwait(false);
        bool mustBeDirectory = command.TargetIsDirectory || _target.IsDirectory;
        _targetKind = attributes switch
        {
            { IsSuccess: true, Value.Type: EntryType.Directory } => TargetKind.Directory,
            { Error: StorageError.AccessDenied } => mustBeDirectory ? TargetKind.Directory : TargetKind.Hidden,
            _ => TargetKind.Name,
        };

        if (command.TargetIsDirectory && _targetKind != TargetKind.Directory)
        {
            StorageError error = attributes.IsSuccess ? StorageError.NotDirectory : attributes.Error;
            throw new ScpProtocolException(ScpText.Describe(_target.Text, error));
        }
    }

    private async ValueTask<bool> FollowAsync(ScpRecord record)
    {
        switch (record.Kind)
        {
            case ScpRecordKind.File:
                await ReceiveFileAsync(record).ConfigureAwait(false);
                return true;
            case ScpRecordKind.Directory:
                await EnterAsync(record).ConfigureAwait(false);
                return true;
            case ScpRecordKind.End:
                await LeaveAsync().ConfigureAwait(false);
                return true;
            case ScpRecordKind.Times:
                _times = record;
                await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
                return true;
            default:
                // The peer could not read one of its files, and goes on or ends.
                _failed = true;
                return record.Kind == ScpRecordKind.Warning;
        }
    }

    private async ValueTask ReceiveFileAsync(ScpRecord record)
    {
        ScpRecord? times = TakeTimes();
        (StorageResult<IFileHandle> opened, VirtualPath path) = await OpenAsync(record).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            await WarnAsync(ScpText.Describe(record.Name, opened.Error)).ConfigureAwait(false);
            return;
        }

        IFileHandle file = opened.Value;
        await using (file.ConfigureAwait(false))
        {
            await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
            string? failure = await TakeContentAsync(file, path, record, times).ConfigureAwait(false);
            if (failure is null)
            {
                await peer.WriteAsync(ScpText.Ok).ConfigureAwait(false);
            }
            else
            {
                await WarnAsync(failure).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<(StorageResult<IFileHandle> Opened, VirtualPath Path)> OpenAsync(ScpRecord record)
    {
        if (!TryPlace(record.Name, out VirtualPath path))
        {
            return (StorageError.NameTooLong, path);
        }

        if (_directories.Count == 0 && _targetKind == TargetKind.Name && _target.IsDirectory)
        {
            return (StorageError.NotDirectory, path);
        }

        bool mayLackParents = command.IsRecursive;
        bool mayBeDirectory = _targetKind == TargetKind.Hidden;
        if (_directories.Count > 0 || (!mayLackParents && !mayBeDirectory))
        {
            return (await OpenAsync(peer.Files, path, record.Mode).ConfigureAwait(false), path);
        }

        StorageResult<IFileHandle> opened = await OpenAsync(_tentative, path, record.Mode).ConfigureAwait(false);
        if (opened.IsSuccess)
        {
            return (opened, path);
        }

        if (mayBeDirectory && opened.Error is StorageError.IsDirectory or StorageError.AccessDenied)
        {
            return await OpenBelowHiddenAsync(path, record, opened.Error).ConfigureAwait(false);
        }

        if (mayLackParents && opened.Error == StorageError.NotFound
            && await CreateParentsAsync(path).ConfigureAwait(false) is { IsSuccess: false } refused)
        {
            return (refused.Error, path);
        }

        // Once more, whether or not there is hope: the reason belongs in the log.
        return (await OpenAsync(peer.Files, path, record.Mode).ConfigureAwait(false), path);
    }

    /// <summary>The target may be a directory that the user cannot see: then the file has its place in it.</summary>
    private async ValueTask<(StorageResult<IFileHandle> Opened, VirtualPath Path)> OpenBelowHiddenAsync(VirtualPath target, ScpRecord record, StorageError error)
    {
        if (!target.TryCombine(record.Name, out VirtualPath path))
        {
            return (error, target);
        }

        StorageResult<IFileHandle> opened = await OpenAsync(peer.Files, path, record.Mode).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return (error, target);
        }

        _targetKind = TargetKind.Directory;
        return (opened, path);
    }

    private ValueTask<StorageResult<IFileHandle>> OpenAsync(IFileSystem files, VirtualPath path, uint mode) =>
        files.OpenFileAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, mode, peer.Lifetime);

    /// <summary>The content, the peer's word that it was all there, and times; null if all went well.</summary>
    private async ValueTask<string?> TakeContentAsync(IFileHandle file, VirtualPath path, ScpRecord record, ScpRecord? times)
    {
        StorageError? written;
        TransferMeter transfer = peer.Meter.BeginTransfer(path.ToString(), isUpload: true);
        try
        {
            written = await peer.ReceiveAsync(file, transfer, record.Size).ConfigureAwait(false);
        }
        finally
        {
            peer.Meter.EndTransfer(transfer);
        }

        if (written is not { } error || !await peer.ReadMessageAsync().ConfigureAwait(false))
        {
            throw new ScpProtocolException($"{record.Name}: lost connection");
        }

        bool isWhole = NoteAnswer();
        if (error != StorageError.None)
        {
            return ScpText.Describe(record.Name, error);
        }

        // What the peer could not read all of is given up: the file is disposed without being closed.
        if (!isWhole)
        {
            return null;
        }

        string? failure = null;
        if (command.KeepsTimes)
        {
            failure = await KeepAsync(record, times, changes => file.SetAttributesAsync(changes, peer.Lifetime)).ConfigureAwait(false);
        }

        StorageResult closed = await file.CloseAsync().ConfigureAwait(false);
        return failure ?? (closed.IsSuccess ? null : ScpText.Describe(record.Name, closed.Error));
    }

    /// <summary>After content: 0, or why the peer could not read all of it (what came instead is not the file).</summary>
    private bool NoteAnswer()
    {
        ReadOnlySpan<byte> answer = peer.Message;
        if (answer is [0])
        {
            return true;
        }

        _failed = true;
        return answer is [ScpText.WarningMark, ..] ? false : throw new ScpProtocolException("protocol error: expected an acknowledgement");
    }

    private bool TryPlace(string name, out VirtualPath path)
    {
        VirtualPath current = Current;
        if (_directories.Count == 0 && _targetKind != TargetKind.Directory)
        {
            path = current;
            return true;
        }

        return current.TryCombine(name, out path);
    }

    /// <summary>Times and mode as the peer has them; null if all went well.</summary>
    private static async ValueTask<string?> KeepAsync(ScpRecord record, ScpRecord? times, Func<AttributeChanges, ValueTask<StorageResult>> set)
    {
        StorageResult result = await set(new AttributeChanges { Permissions = record.Mode }).ConfigureAwait(false);
        if (times is { } kept && result.IsSuccess)
        {
            result = await set(new AttributeChanges { AccessTime = kept.AccessTime, ModificationTime = kept.ModificationTime }).ConfigureAwait(false);
        }

        return result.IsSuccess ? null : ScpText.Describe($"{record.Name}: set mode and times", result.Error);
    }

    private ScpRecord? TakeTimes()
    {
        ScpRecord? times = _times;
        _times = null;
        return times;
    }

    private ValueTask WarnAsync(string message)
    {
        _failed = true;
        return peer.WriteAsync(ScpText.Error(ScpText.WarningMark, message));
    }

    private readonly record struct OpenDirectory(VirtualPath Path, ScpRecord Record, ScpRecord? Times);
}
