using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Usage;

/// <summary>
/// Counts the regular files below a root, as quotas do: by their length, one with several names once, links not at all. It follows no link.
/// No directory is held open while it goes down into another, and the names it keeps are bounded: a directory with more subdirectories than that is read again.
/// For one walk at a time.
/// </summary>
public sealed class TreeScan
{
    /// <summary>Files with several names that are remembered.</summary>
    public const int MaxLinkedFiles = 262_144;

    private const int BatchSize = 512;
    private const long ProgressEntries = 100_000;

    private readonly IFileSystem _files;
    private readonly HashSet<VirtualPath> _excluded;
    private readonly HashSet<FileIdentity> _linked = [];
    private readonly List<DirectoryEntry> _batch = new(BatchSize);
    private readonly Stack<PendingDirectory> _pending = [];
    private TreeCount _count;
    private long _names;
    private long _nextProgress;

    /// <summary>Makes a scan.</summary>
    /// <param name="files">The tree, from its root.</param>
    /// <param name="excluded">Directories that are not counted, with what is in them.</param>
    public TreeScan(IFileSystem files, IReadOnlyList<VirtualPath> excluded)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(excluded);
        _files = files.WithoutLinks;
        _excluded = [.. excluded];
    }

    /// <summary>What becomes of temporaries of earlier runs; null leaves them. What was dealt with may be counted or not: count again after it.</summary>
    public LeftOverUploads? LeftOvers { get; init; }

    /// <summary>Told what is counted so far, every 100,000 entries.</summary>
    public Action<TreeCount>? Progress { get; init; }

    /// <summary>Names of subdirectories that are kept at once, in all directories on the way down together; a test makes it small.</summary>
    internal int MaxNames { get; init; } = 262_144;

    /// <summary>
    /// Walks and counts. What goes away meanwhile is not there; a root that is not there has nothing in it. A directory that may not be read is told in the count;
    /// any other error ends the walk.
    /// </summary>
    public async ValueTask<StorageResult<TreeCount>> RunAsync(CancellationToken ct)
    {
        _count = default;
        _names = 0;
        _nextProgress = ProgressEntries;
        _linked.Clear();
        _pending.Clear();
        if (_excluded.Contains(VirtualPath.Root))
        {
            return _count;
        }

        StorageError error = await ReadAsync(new PendingDirectory(VirtualPath.Root), ct).ConfigureAwait(false);
        while (error == StorageError.None && _pending.TryPeek(out PendingDirectory? directory))
        {
            // A backend that never waits does not keep the thread for as long as the tree is large.
            await Task.Yield();
            error = await StepAsync(directory, ct).ConfigureAwait(false);
        }

        return error == StorageError.None ? _count : error;
    }

    private ValueTask<StorageError> StepAsync(PendingDirectory directory, CancellationToken ct)
    {
        if (directory.TryTake(out string? name))
        {
            _names--;
            if (!directory.Path.TryCombine(name, out VirtualPath below))
            {
                _count = _count with { Unreadable = _count.Unreadable + 1 };
            }
            else if (!_excluded.Contains(below))
            {
                return ReadAsync(new PendingDirectory(below), ct);
            }

            return ValueTask.FromResult(StorageError.None);
        }

        _pending.Pop();
        return directory.HasMore ? ReadAsync(directory.Next(), ct) : ValueTask.FromResult(StorageError.None);
    }

    private async ValueTask<StorageError> ReadAsync(PendingDirectory directory, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        StorageResult<IDirectoryReader> opened = await _files.OpenDirectoryAsync(directory.Path, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return Judge(opened.Error);
        }

        directory.Room = (int)Math.Clamp((MaxNames - _names) / 2, Math.Min(MaxNames, 256), MaxNames);
        StorageError error;
        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            error = await ReadEntriesAsync(reader, directory, ct).ConfigureAwait(false);
        }

        _names += directory.Count;
        _pending.Push(directory);
        return error;
    }

    private async ValueTask<StorageError> ReadEntriesAsync(IDirectoryReader reader, PendingDirectory directory, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            _batch.Clear();
            StorageResult<int> read = await reader.ReadAsync(_batch, BatchSize, ct).ConfigureAwait(false);
            if (!read.IsSuccess)
            {
                return Judge(read.Error);
            }

            if (read.Value == 0)
            {
                return StorageError.None;
            }

            foreach (DirectoryEntry entry in _batch)
            {
                if (entry.Attributes.Type == EntryType.Directory)
                {
                    directory.Offer(entry.Name);
                }

                if (directory.IsFirst)
                {
                    await CountAsync(directory.Path, entry, ct).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask CountAsync(VirtualPath directory, DirectoryEntry entry, CancellationToken ct)
    {
        _count = _count with { Entries = _count.Entries + 1 };
        if (entry.Attributes.Type == EntryType.File)
        {
            if (LeftOvers is not null && TemporaryName.IsOne(entry.Name) && directory.TryCombine(entry.Name, out VirtualPath temporary))
            {
                await ClearUpAsync(temporary, LeftOvers, ct).ConfigureAwait(false);
            }

            if (IsNew(entry.Attributes))
            {
                _count = _count with { Files = _count.Files + 1, Bytes = _count.Bytes + entry.Attributes.Size };
            }
        }

        if (_count.Entries >= _nextProgress)
        {
            _nextProgress += ProgressEntries;
            Progress?.Invoke(_count);
        }
    }

    private async ValueTask ClearUpAsync(VirtualPath temporary, LeftOverUploads leftOvers, CancellationToken ct)
    {
        if (!TemporaryName.TryParse(temporary.Name, out TemporaryName name) || !leftOvers.DeadEpochs.Contains(name.Epoch))
        {
            return;
        }

        RecoveredUpload recovered = await UploadRecovery.RecoverAsync(_files, temporary, leftOvers.Mode, leftOvers.CurrentEpoch, ct).ConfigureAwait(false);
        _count = recovered.Outcome switch
        {
            UploadRecoveryOutcome.Removed => _count with { Removed = _count.Removed + 1 },
            UploadRecoveryOutcome.Renamed => _count with { Renamed = _count.Renamed + 1 },
            UploadRecoveryOutcome.Failed => _count with { Failed = _count.Failed + 1 },
            _ => _count,
        };
    }

    private bool IsNew(in EntryAttributes attributes)
    {
        if (attributes.LinkCount <= 1 || !attributes.Identity.IsKnown)
        {
            return true;
        }

        if (_linked.Count >= MaxLinkedFiles && !_linked.Contains(attributes.Identity))
        {
            _count = _count with { IsLinkTableFull = true };
            return true;
        }

        return _linked.Add(attributes.Identity);
    }

    private StorageError Judge(StorageError error)
    {
        switch (error)
        {
            // Gone, or another thing by now: it was a directory a moment ago.
            case StorageError.NotFound or StorageError.NotDirectory or StorageError.LinkLoop:
                return StorageError.None;
            case StorageError.AccessDenied or StorageError.NameTooLong:
                _count = _count with { Unreadable = _count.Unreadable + 1 };
                return StorageError.None;
            default:
                return error;
        }
    }
}
