using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Copies a file or a directory on the server, each entry as it would be copied alone. Regular files and directories alone; what is there already is replaced or filled.</summary>
internal sealed class TreeCopy(FileSession session)
{
    private const int MaxEntries = 100_000;
    private const int EntriesPerRead = 256;

    private readonly Stack<(VirtualPath From, VirtualPath To)> _waiting = new();
    private readonly List<DirectoryEntry> _entries = new(EntriesPerRead);
    private int _count;

    public async ValueTask<StorageError> RunAsync(VirtualPath from, VirtualPath to)
    {
        StorageResult<EntryAttributes> known = await session.Files.LookAsync(from, session.Lifetime).ConfigureAwait(false);
        if (known is not { IsSuccess: true, Value.Type: EntryType.Directory })
        {
            return await CopyFileAsync(from, to).ConfigureAwait(false);
        }

        if (await IsWithinAsync(from, to).ConfigureAwait(false))
        {
            return StorageError.InvalidArgument;
        }

        _waiting.Push((from, to));
        StorageError error = StorageError.None;
        while (error == StorageError.None && _waiting.TryPop(out (VirtualPath From, VirtualPath To) next))
        {
            error = await CopyDirectoryAsync(next.From, next.To).ConfigureAwait(false);
        }

        return error;
    }

    /// <summary>A copy into itself, by whatever names, would never end.</summary>
    private async ValueTask<bool> IsWithinAsync(VirtualPath from, VirtualPath to)
    {
        StorageResult<VirtualPath> source = await session.Files.LookWhereAsync(from, session.Lifetime).ConfigureAwait(false);
        StorageResult<VirtualPath> target = await session.Files.LookWhereAsync(to, session.Lifetime).ConfigureAwait(false);
        return to.IsBelowOrEqual(from) || (source.IsSuccess && target.IsSuccess && target.Value.IsBelowOrEqual(source.Value));
    }

    private async ValueTask<StorageError> CopyFileAsync(VirtualPath from, VirtualPath to)
    {
        StorageResult<long> copied = await session.Files.CopyFileAsync(from, to, RenameMode.Replace, session.Lifetime).ConfigureAwait(false);
        session.Meter.Touch(Environment.TickCount64);
        return copied.Error;
    }

    private async ValueTask<StorageError> CopyDirectoryAsync(VirtualPath from, VirtualPath to)
    {
        StorageResult made = await session.Files.Tentative.CreateDirectoryAsync(to, null, session.Lifetime).ConfigureAwait(false);
        if (!made.IsSuccess && await session.Files.LookAsync(to, session.Lifetime).ConfigureAwait(false) is not { IsSuccess: true, Value.Type: EntryType.Directory })
        {
            return (await session.Files.CreateDirectoryAsync(to, null, session.Lifetime).ConfigureAwait(false)).Error;
        }

        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(from, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            while (true)
            {
                _entries.Clear();
                StorageResult<int> read = await reader.ReadAsync(_entries, EntriesPerRead, session.Lifetime).ConfigureAwait(false);
                if (!read.IsSuccess || read.Value == 0)
                {
                    return read.Error;
                }

                StorageError error = await CopyEntriesAsync(from, to).ConfigureAwait(false);
                if (error != StorageError.None)
                {
                    return error;
                }
            }
        }
    }

    private async ValueTask<StorageError> CopyEntriesAsync(VirtualPath from, VirtualPath to)
    {
        foreach (DirectoryEntry entry in _entries)
        {
            session.Lifetime.ThrowIfCancellationRequested();
            if (++_count > MaxEntries)
            {
                return StorageError.LimitReached;
            }

            if (!from.TryCombine(entry.Name, out VirtualPath source) || !to.TryCombine(entry.Name, out VirtualPath target))
            {
                return StorageError.NameTooLong;
            }

            StorageError error = StorageError.None;
            switch (entry.Attributes.Type)
            {
                case EntryType.Directory:
                    _waiting.Push((source, target));
                    break;
                case EntryType.File:
                    error = await CopyFileAsync(source, target).ConfigureAwait(false);
                    break;
                default:
                    break;
            }

            if (error != StorageError.None)
            {
                return error;
            }
        }

        return StorageError.None;
    }
}
