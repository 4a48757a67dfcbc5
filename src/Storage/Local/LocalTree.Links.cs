using Hpc.Storage.Local.Confinement;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalTree
{
    // Linux keeps link texts below PATH_MAX, the NUL included.
    private const int MaxLinkLength = 4095;

    public StorageResult CreateSymbolicLink(VirtualPath link, string target)
    {
        if (link.IsRoot)
        {
            return StorageError.AlreadyExists;
        }

        if (target.Length == 0 || !PathText.TryEncode(target, out byte[] text) || text.Contains((byte)0))
        {
            return StorageError.InvalidArgument;
        }

        // The walk and not openat2, because the text depends on the real place of the link's directory.
        using PathWalk walk = _walker.StartWalk(RootDescriptor, link.Parent);
        StorageError error = walk.Open(OpenFlag.DirectoryHandle, 0, out int directory);
        if (error != StorageError.None)
        {
            return error;
        }

        using ParentDirectory parent = ParentDirectory.Owned(directory);
        error = LinkTarget.ToStored(text, walk.ResolvedNames, out byte[] stored);
        if (error != StorageError.None)
        {
            return error;
        }

        return stored.Length > MaxLinkLength ? StorageError.NameTooLong : CreateLink(directory, link, stored);
    }

    public StorageResult<string> ReadSymbolicLink(VirtualPath link)
    {
        if (link.IsRoot)
        {
            return StorageError.InvalidArgument;
        }

        using PathWalk walk = _walker.StartWalk(RootDescriptor, link.Parent);
        StorageError error = walk.Open(OpenFlag.DirectoryHandle, 0, out int directory);
        if (error != StorageError.None)
        {
            return error;
        }

        using ParentDirectory parent = ParentDirectory.Owned(directory);
        using var name = new NativeString(NativeString.LastSegment(link), stackalloc byte[NativeString.StackLength]);
        int errno = LinkText.Read(directory, name.Bytes[..^1], out byte[] stored);
        if (errno != 0)
        {
            return Errno.ToStorageError(errno);
        }

        return LinkTarget.ToVisible(stored, walk.ResolvedNames, _walker);
    }

    public StorageResult<VirtualPath> Resolve(VirtualPath path)
    {
        using PathWalk walk = _walker.StartWalk(RootDescriptor, path);
        StorageError error = walk.Open(OpenFlag.Path, 0, out int descriptor);
        if (error == StorageError.None)
        {
            _ = NativeMethods.Close(descriptor);
        }
        else if (walk.HasEscaped || error is StorageError.LinkLoop)
        {
            return followsLinks ? path : error;
        }

        byte[] resolved = [.. walk.ResolvedNames.Concat(walk.RemainingNames).SelectMany(name => (byte[])[(byte)'/', .. name])];
        return VirtualPath.TryParse(resolved, VirtualPath.Root, out VirtualPath result) ? result : path;
    }

    private StorageResult CreateLink(int directory, VirtualPath link, byte[] text)
    {
        using var name = new NativeString(NativeString.LastSegment(link), stackalloc byte[NativeString.StackLength]);
        byte[] terminated = [.. text, 0];
        fixed (byte* textPointer = terminated, namePointer = name.Bytes)
        {
            return NativeMethods.SymbolicLinkAt(textPointer, directory, namePointer) == 0
                ? OwnNew(directory, namePointer, 0)
                : Errno.ToStorageError(NativeMethods.LastErrno);
        }
    }
}
