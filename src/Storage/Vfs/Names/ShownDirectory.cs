using System.Buffers;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs.Names;

/// <summary>
/// A directory as a user is shown it: the mount points in it first, then what the backend has and the user may see. A stream stays one:
/// names go from the backend's memory to the sink, and the view looks at them there.
/// </summary>
/// <param name="files">The user's files.</param>
/// <param name="entries">What the backend has; null if it has no such directory.</param>
/// <param name="view">What of it is shown.</param>
/// <param name="path">The directory as the user wrote it, for the event.</param>
/// <param name="startedAt">When it was asked for.</param>
internal sealed class ShownDirectory(UserFileSystem files, IDirectoryReader? entries, DirectoryView view, VirtualPath path, long startedAt)
    : IDirectoryStream, IDirectoryEntrySink
{
    private const int EntriesPerRead = 128;
    private const int StackLength = 256;

    private int _nextMountPoint;
    private IDirectoryEntrySink? _sink;

    // Of a reader that cannot stream: what was read and not taken yet.
    private List<DirectoryEntry>? _read;
    private int _nextRead;

    // How the last read ended, for the event of the listing, which is told once.
    private StorageError _outcome;
    private bool _isTold;

    public async ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> taken, int limit, CancellationToken ct)
    {
        if (limit < 1)
        {
            return StorageError.InvalidArgument;
        }

        int added = 0;
        while (added < limit && _nextMountPoint < view.MountPoints.Count)
        {
            if (await files.FindMountPointAsync(view.MountPoints[_nextMountPoint++], ct).ConfigureAwait(false) is { } entry)
            {
                taken.Add(entry);
                added++;
            }
        }

        if (added > 0 || entries is null)
        {
            return added;
        }

        StorageResult<int> read = await ReadShownAsync(entries, view, taken, limit, ct).ConfigureAwait(false);
        _outcome = read.Error;
        return read;
    }

    public async ValueTask<StorageResult<bool>> StreamAsync(IDirectoryEntrySink sink, CancellationToken ct)
    {
        while (_nextMountPoint < view.MountPoints.Count)
        {
            if (await files.FindMountPointAsync(view.MountPoints[_nextMountPoint], ct).ConfigureAwait(false) is { } entry
                && !sink.TryAdd(PathText.Encode(entry.Name), entry.Attributes))
            {
                return false;
            }

            _nextMountPoint++;
        }

        if (entries is null)
        {
            return true;
        }

        _sink = sink;
        StorageResult<bool> streamed = entries is IDirectoryStream stream
            ? await stream.StreamAsync(this, ct).ConfigureAwait(false)
            : await StreamReadAsync(entries, ct).ConfigureAwait(false);
        _outcome = streamed.Error;
        return streamed;
    }

    bool IDirectoryEntrySink.TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes) => !view.Shows(name) || _sink!.TryAdd(name, attributes);

    public async ValueTask DisposeAsync()
    {
        if (entries is not null)
        {
            await entries.DisposeAsync().ConfigureAwait(false);
        }

        if (!_isTold)
        {
            _isTold = true;
            files.TellListing(path, startedAt, _outcome);
            files.Leave();
        }
    }

    private static async ValueTask<StorageResult<int>> ReadShownAsync(
        IDirectoryReader entries, DirectoryView view, ICollection<DirectoryEntry> taken, int limit, CancellationToken ct)
    {
        var batch = new List<DirectoryEntry>();
        while (true)
        {
            batch.Clear();
            StorageResult<int> read = await entries.ReadAsync(batch, limit, ct).ConfigureAwait(false);
            if (!read.IsSuccess || read.Value == 0)
            {
                return read;
            }

            int added = 0;
            foreach (DirectoryEntry entry in batch)
            {
                if (Shows(view, entry.Name))
                {
                    taken.Add(entry);
                    added++;
                }
            }

            // No entry would mean the end.
            if (added > 0)
            {
                return added;
            }
        }
    }

    private async ValueTask<StorageResult<bool>> StreamReadAsync(IDirectoryReader reader, CancellationToken ct)
    {
        _read ??= new List<DirectoryEntry>(EntriesPerRead);
        while (true)
        {
            for (; _nextRead < _read.Count; _nextRead++)
            {
                DirectoryEntry entry = _read[_nextRead];
                if (!Offer(entry))
                {
                    return false;
                }
            }

            _read.Clear();
            _nextRead = 0;
            StorageResult<int> read = await reader.ReadAsync(_read, EntriesPerRead, ct).ConfigureAwait(false);
            if (!read.IsSuccess || read.Value == 0)
            {
                return read.IsSuccess ? true : read.Error;
            }
        }
    }

    private bool Offer(in DirectoryEntry entry)
    {
        byte[] name = PathText.Encode(entry.Name);
        return !view.Shows(name) || _sink!.TryAdd(name, entry.Attributes);
    }

    private static bool Shows(DirectoryView view, string name)
    {
        int length = PathText.GetByteCount(name);
        byte[]? rented = length > StackLength ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[StackLength];
        bool isShown = view.Shows(utf8[..PathText.Write(name, utf8)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isShown;
    }
}
