namespace Hpc.Storage.Vfs.Names;

/// <summary>A path in the user's tree before and after a rename.</summary>
internal readonly record struct RenamedPath(VirtualPath From, VirtualPath To)
{
    /// <summary>The same of the directory that holds it.</summary>
    public RenamedPath Parent => new(From.Parent, To.Parent);

    /// <summary>The same of an entry of the directory; false if a path becomes too long.</summary>
    public bool TryEnter(string name, out RenamedPath entry)
    {
        bool isPath = From.TryCombine(name, out VirtualPath from) & To.TryCombine(name, out VirtualPath to);
        entry = new RenamedPath(from, to);
        return isPath;
    }
}
