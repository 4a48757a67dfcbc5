namespace Hpc.Storage.Memory;

/// <summary>A directory.</summary>
internal sealed class MemoryDirectory(MemoryVolume volume, uint permissions) : MemoryNode(volume, permissions)
{
    private const long ListedSize = 4096;

    private readonly Dictionary<string, MemoryNode> _entries = new(StringComparer.Ordinal);
    private uint _directories;

    /// <summary>The directory that holds it; null for the root and for what was deleted.</summary>
    public MemoryDirectory? Parent { get; private set; }

    /// <summary>Its name there.</summary>
    public string Name { get; private set; } = "";

    public bool IsEmpty => _entries.Count == 0;

    /// <summary>Directories above it.</summary>
    public int Depth
    {
        get
        {
            int depth = 0;
            for (MemoryDirectory? above = Parent; above is not null; above = above.Parent)
            {
                depth++;
            }

            return depth;
        }
    }

    public override EntryType Type => EntryType.Directory;

    public override long Size => ListedSize;

    public override uint LinkCount
    {
        get => 2 + _directories;
        set => throw new NotSupportedException("A directory's links are counted by its entries.");
    }

    protected override uint TypeBits => MemoryMode.Directory;

    public MemoryNode? Find(string name) => _entries.GetValueOrDefault(name);

    public string[] Names() => [.. _entries.Keys];

    /// <summary>Adds a name that is free; false if the volume holds no more names.</summary>
    public bool TryAdd(string name, MemoryNode node)
    {
        if (!Volume.TryTakeEntry())
        {
            return false;
        }

        Put(name, node);
        return true;
    }

    public void Remove(string name)
    {
        MemoryNode node = Take(name);
        Volume.ReturnEntry();
        if (node is not MemoryDirectory)
        {
            node.LinkCount--;
        }

        node.ReleaseIfUnused();
    }

    /// <summary>Moves an entry to a name that is free.</summary>
    public void Move(string name, MemoryDirectory target, string targetName)
    {
        MemoryNode node = Take(name);
        target.Put(targetName, node);
        if (node is not MemoryDirectory)
        {
            node.LinkCount--;
        }
    }

    public bool IsBelowOrEqual(MemoryDirectory ancestor)
    {
        for (MemoryDirectory? directory = this; directory is not null; directory = directory.Parent)
        {
            if (ReferenceEquals(directory, ancestor))
            {
                return true;
            }
        }

        return false;
    }

    private void Put(string name, MemoryNode node)
    {
        _entries.Add(name, node);
        ModificationTime = Volume.Now;
        if (node is MemoryDirectory directory)
        {
            directory.Parent = this;
            directory.Name = name;
            _directories++;
        }
        else
        {
            node.LinkCount++;
        }
    }

    private MemoryNode Take(string name)
    {
        MemoryNode node = _entries[name];
        _entries.Remove(name);
        ModificationTime = Volume.Now;
        if (node is MemoryDirectory directory)
        {
            directory.Parent = null;
            _directories--;
        }

        return node;
    }
}
