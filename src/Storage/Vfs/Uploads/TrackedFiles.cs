using System.Collections.Concurrent;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>The files that are open for writing, as many as there are such handles at most. Changed under the names' lock of their <see cref="MountState"/>.</summary>
internal sealed class TrackedFiles
{
    private readonly ConcurrentDictionary<TrackedKey, TrackedFile> _files = new();

    public bool IsEmpty => _files.IsEmpty;

    public ICollection<TrackedFile> All => _files.Values;

    public TrackedFile? Find(in EntryAttributes file, VirtualPath path) =>
        _files.IsEmpty ? null : _files.GetValueOrDefault(TrackedKey.Of(file, path));

    /// <summary>Joins those who write to a file.</summary>
    public TrackedFile Join(in EntryAttributes file, VirtualPath path)
    {
        TrackedKey key = TrackedKey.Of(file, path);
        if (!_files.TryGetValue(key, out TrackedFile? tracked))
        {
            tracked = new TrackedFile(key, file.Size) { Path = path };
            _files[key] = tracked;
        }

        tracked.Writers++;
        if (tracked.Writers > 1)
        {
            tracked.IsShared = true;
            tracked.Hash?.Drop();
        }

        return tracked;
    }

    /// <summary>Leaves; true if nobody else writes to it.</summary>
    public bool Leave(TrackedFile tracked)
    {
        tracked.Writers--;
        if (tracked.Writers > 0)
        {
            return false;
        }

        Forget(tracked);
        return true;
    }

    /// <summary>The file is not found by its key any more: its number may be that of another soon.</summary>
    public void Forget(TrackedFile tracked) =>
        _files.TryRemove(new KeyValuePair<TrackedKey, TrackedFile>(tracked.Key, tracked));

    /// <summary>Something was renamed: what is below has another path.</summary>
    public void Moved(VirtualPath from, VirtualPath to)
    {
        if (_files.IsEmpty)
        {
            return;
        }

        foreach (TrackedFile tracked in _files.Values)
        {
            if (!PathChange.TryApply(tracked.Path, from, to, out VirtualPath path))
            {
                continue;
            }

            tracked.Path = path;
            if (!tracked.Key.Identity.IsKnown)
            {
                Forget(tracked);
                tracked.Key = new TrackedKey(default, path);
                _files[tracked.Key] = tracked;
            }
        }
    }
}
