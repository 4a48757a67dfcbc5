namespace Hpc.Storage.Memory;

/// <summary>One walk from the root along a path, as the kernel does it: links are followed where they are met, <c>..</c> is the directory that really holds.</summary>
internal sealed class MemoryWalk
{
    public const int MaxNameLength = 255;

    /// <summary>The bound of Linux on links in one path.</summary>
    private const int MaxLinks = 40;

    // 40 links of 4,095 bytes could ask for far more; nothing honest needs as many as this.
    private const int MaxSteps = 16_384;

    private readonly Stack<string> _remaining = new();
    private readonly MemoryDirectory _root;
    private readonly bool _followsLinks;
    private int _links;
    private int _steps;

    public MemoryWalk(MemoryDirectory root, bool followsLinks)
    {
        _root = Directory = root;
        _followsLinks = followsLinks;
        Node = root;
    }

    /// <summary>The directory that the walk came to: that of <see cref="Name"/>, or the end itself.</summary>
    public MemoryDirectory Directory { get; private set; }

    /// <summary>The last name; empty where the end is a directory that no name was needed for, such as the root.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What the path names; null if only the last name does not exist.</summary>
    public MemoryNode? Node { get; private set; }

    /// <summary>True if a link led out of the root.</summary>
    public bool HasEscaped { get; private set; }

    /// <summary>The path walked so far without links, with the names that are left.</summary>
    public VirtualPath ResolvedOr(VirtualPath path)
    {
        var names = new Stack<string>(_remaining.Reverse());
        for (MemoryDirectory directory = Directory; directory.Parent is { } parent; directory = parent)
        {
            names.Push(directory.Name);
        }

        return VirtualPath.TryParse("/" + string.Join('/', names), VirtualPath.Root, out VirtualPath resolved) ? resolved : path;
    }

    /// <summary>Walks to the end. That the last name alone does not exist is no error.</summary>
    public StorageError Run(VirtualPath path, bool followLast)
    {
        Push(path.IsRoot ? "" : path.ToString());
        while (_remaining.TryPeek(out string? name))
        {
            if (++_steps > MaxSteps)
            {
                return StorageError.LinkLoop;
            }

            if (name == "..")
            {
                if (Directory.Parent is null)
                {
                    HasEscaped = true;
                    return StorageError.AccessDenied;
                }

                MoveTo(Directory.Parent);
                continue;
            }

            if (PathText.GetByteCount(name) > MaxNameLength)
            {
                return StorageError.NameTooLong;
            }

            bool isLast = _remaining.Count == 1;
            MemoryNode? node = Directory.Find(name);
            if (node is MemoryLink link && (!isLast || followLast))
            {
                if (!_followsLinks || ++_links > MaxLinks)
                {
                    return StorageError.LinkLoop;
                }

                MoveTo(link.Text.StartsWith('/') ? _root : Directory);
                Push(link.Text);
                continue;
            }

            if (isLast)
            {
                Name = name;
                Node = node;
                return StorageError.None;
            }

            if (node is not MemoryDirectory next)
            {
                return node is null ? StorageError.NotFound : StorageError.NotDirectory;
            }

            MoveTo(next);
        }

        return StorageError.None;
    }

    private void MoveTo(MemoryDirectory directory)
    {
        _remaining.Pop();
        Directory = directory;
        Node = directory;
        Name = "";
    }

    private void Push(string path)
    {
        foreach (string name in path.Split('/').Reverse())
        {
            if (name is not ("" or "."))
            {
                _remaining.Push(name);
            }
        }
    }
}
