namespace Hpc.Storage;

public readonly partial struct VirtualPath
{
    /// <summary>The path as it is named in a tree whose root is <paramref name="ancestor"/>. Throws <see cref="ArgumentException"/> if that is not at or above it.</summary>
    public VirtualPath SeenFrom(VirtualPath ancestor)
    {
        if (ancestor.IsRoot)
        {
            return this;
        }

        if (!IsBelowOrEqual(ancestor))
        {
            throw new ArgumentException("The path is not below the ancestor.", nameof(ancestor));
        }

        string text = ToString();
        int length = ancestor.ToString().Length;
        return text.Length == length ? Root : new VirtualPath(text[length..]);
    }

    /// <summary>
    /// The path that <see cref="SeenFrom"/> makes this one of: <paramref name="directory"/> is put in front.
    /// It can become longer than <see cref="MaxLength"/>, as two paths that fit each do not always fit together.
    /// </summary>
    public VirtualPath MovedInto(VirtualPath directory)
    {
        if (directory.IsRoot)
        {
            return this;
        }

        return IsRoot ? directory : new VirtualPath(directory.ToString() + ToString());
    }
}
