using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Removes a directory with all that is in it, each entry as it would be removed alone: the first that may not be removed ends it.</summary>
internal sealed class TreeDelete(FileSession session)
{
    private const int MaxWaiting = 100_000;
    private const int EntriesPerRead = 256;

    private readonly Stack<VirtualPath> _waiting = new();
    private readonly List<DirectoryEntry> _entries = new(EntriesPerRead);

    public async ValueTask<StorageError> RunAsync(VirtualPath top)
    {
        // Tried first: what is empty, or must not be removed at all, needs no listing.
        StorageResult alone = await session.Files.Tentative.DeleteDirectoryAsync(top, session.Lifetime).ConfigureAwait(false);
        if (alone.IsSuccess || alone.Error != StorageError.DirectoryNotEmpty)
        {
            return alone.IsSuccess ? StorageError.None : (await session.Files.DeleteDirectoryAsync(top, session.Lifetime).ConfigureAwait(false)).Error;
        }

        _waiting.Push(top);
        while (_waiting.TryPeek(out VirtualPath directory))
        {
            StorageError error = await EmptyAsync(directory).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        return StorageError.None;
    }

    /// <summary>One read of a directory: its files go, its directories are next; without any it goes itself.</summary>
    private async ValueTask<StorageError> EmptyAsync(VirtualPath directory)
    {
        StorageResult<int> read = await ReadAsync(directory).ConfigureAwait(false);
        if (!read.IsSuccess)
        {
            return read.Error;
        }

        if (read.Value == 0)
        {
            _waiting.Pop();
            return (await session.Files.DeleteDirectoryAsync(directory, session.Lifetime).ConfigureAwait(false)).Error;
        }

        bool isProgress = false;
        foreach (DirectoryEntry entry in _entries)
        {
            session.Lifetime.ThrowIfCancellationRequested();
            if (!directory.TryCombine(entry.Name, out VirtualPath path))
            {
                return StorageError.NameTooLong;
            }

            if (entry.Attributes.Type == EntryType.Directory)
            {
                _waiting.Push(path);
                isProgress = true;
                continue;
            }

            StorageResult deleted = await session.Files.DeleteFileAsync(path, session.Lifetime).ConfigureAwait(false);
            if (!deleted.IsSuccess && deleted.Error != StorageError.NotFound)
            {
                return deleted.Error;
            }

            isProgress |= deleted.IsSuccess;
        }

        // What is shown and cannot be found would be tried for ever.
        return !isProgress ? StorageError.DirectoryNotEmpty : _waiting.Count > MaxWaiting ? StorageError.LimitReached : StorageError.None;
    }

    private async ValueTask<StorageResult<int>> ReadAsync(VirtualPath directory)
    {
        _entries.Clear();
        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(directory, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            return await reader.ReadAsync(_entries, EntriesPerRead, session.Lifetime).ConfigureAwait(false);
        }
    }
}
