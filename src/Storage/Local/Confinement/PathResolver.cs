using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local.Confinement;

/// <summary>Opens what a path names below a root and nothing else, whatever links and renames happen meanwhile.</summary>
internal abstract class PathResolver
{
    /// <summary>Opens the path relative to the root descriptor. <paramref name="flags"/> are those of open(2); O_CLOEXEC is added.</summary>
    public abstract StorageError Open(int root, VirtualPath path, int flags, uint mode, out int descriptor);

    /// <summary>Opens the directory that holds the path, for an <c>*at</c> call on its last segment.</summary>
    public StorageError OpenParent(int root, VirtualPath path, out ParentDirectory parent)
    {
        VirtualPath directory = path.Parent;
        if (directory.IsRoot)
        {
            parent = ParentDirectory.Borrowed(root);
            return StorageError.None;
        }

        StorageError error = Open(root, directory, OpenFlag.DirectoryHandle, 0, out int descriptor);
        parent = error == StorageError.None ? ParentDirectory.Owned(descriptor) : default;
        return error;
    }
}
