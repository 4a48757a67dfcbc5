namespace Hpc.Storage.Vfs.Uploads;

/// <summary>The atomic uploads that are under way, as many as there are such handles at most.</summary>
internal sealed class PendingUploads
{
    private readonly Lock _lock = new();
    private readonly HashSet<AtomicUpload> _all = [];

    // The latest of a user for each name.
    private readonly Dictionary<(string UserName, VirtualPath Target), AtomicUpload> _byName = [];
    private volatile int _count;

    public bool IsEmpty => _count == 0;

    public void Add(AtomicUpload upload)
    {
        lock (_lock)
        {
            _all.Add(upload);
            _byName[(upload.UserName, upload.Target)] = upload;
            _count = _all.Count;
        }
    }

    public void Remove(AtomicUpload upload)
    {
        lock (_lock)
        {
            _all.Remove(upload);
            if (_byName.TryGetValue((upload.UserName, upload.Target), out AtomicUpload? latest) && latest == upload)
            {
                _byName.Remove((upload.UserName, upload.Target));
            }

            _count = _all.Count;
        }
    }

    /// <summary>The temporary of a user's latest upload to a name.</summary>
    public bool TryFind(string userName, VirtualPath target, out VirtualPath temporary)
    {
        temporary = default;
        if (IsEmpty)
        {
            return false;
        }

        lock (_lock)
        {
            if (!_byName.TryGetValue((userName, target), out AtomicUpload? upload))
            {
                return false;
            }

            temporary = upload.Temporary;
            return true;
        }
    }

    /// <summary>What a temporary is to become; false if it is of no upload under way.</summary>
    public bool TryFindTarget(VirtualPath temporary, out VirtualPath target)
    {
        target = default;
        if (IsEmpty)
        {
            return false;
        }

        lock (_lock)
        {
            AtomicUpload? found = _all.FirstOrDefault(upload => upload.Temporary == temporary);
            target = found?.Target ?? default;
            return found is not null;
        }
    }

    /// <summary>Whether there is one in a directory or below it.</summary>
    public bool AreBelow(VirtualPath directory)
    {
        lock (_lock)
        {
            return _all.Any(upload => upload.Temporary.IsBelowOrEqual(directory));
        }
    }

    /// <summary>A directory was renamed: its uploads go with it.</summary>
    public void Moved(VirtualPath from, VirtualPath to)
    {
        lock (_lock)
        {
            foreach (AtomicUpload upload in _all.Where(upload => upload.Temporary.IsBelowOrEqual(from)).ToList())
            {
                if (PathChange.TryApply(upload.Temporary, from, to, out VirtualPath temporary) && PathChange.TryApply(upload.Target, from, to, out VirtualPath target))
                {
                    _byName.Remove((upload.UserName, upload.Target));
                    upload.Temporary = temporary;
                    upload.Target = target;
                    _byName[(upload.UserName, target)] = upload;
                }
            }
        }
    }
}
