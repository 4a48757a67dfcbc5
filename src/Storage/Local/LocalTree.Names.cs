using Hpc.Storage.Local.Confinement;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalTree
{
    public StorageResult CreateDirectory(VirtualPath path, uint? permissions)
    {
        if (path.IsRoot)
        {
            return StorageError.AlreadyExists;
        }

        uint mode = ModeBits.Settable((permissions ?? ModeBits.DefaultDirectory) & _mask, EntryType.Directory);
        using var name = new NativeString(NativeString.LastSegment(path), stackalloc byte[NativeString.StackLength]);
        StorageError error = _resolver.OpenParent(RootDescriptor, path, out ParentDirectory parent);
        using (parent)
        {
            fixed (byte* pointer = name.Bytes)
            {
                if (error != StorageError.None)
                {
                    return error;
                }

                return NativeMethods.MakeDirectoryAt(parent.Descriptor, pointer, mode) == 0
                    ? OwnNew(parent.Descriptor, pointer, OpenFlag.AtRemoveDirectory)
                    : Errno.ToStorageError(NativeMethods.LastErrno);
            }
        }
    }

    /// <summary>Deletes a directory, or what is no directory.</summary>
    public StorageResult Delete(VirtualPath path, bool directory)
    {
        if (path.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        int flags = directory ? OpenFlag.AtRemoveDirectory : 0;
        using var name = new NativeString(NativeString.LastSegment(path), stackalloc byte[NativeString.StackLength]);
        StorageError error = _resolver.OpenParent(RootDescriptor, path, out ParentDirectory parent);
        using (parent)
        {
            fixed (byte* pointer = name.Bytes)
            {
                return error != StorageError.None ? error : ToResult(NativeMethods.UnlinkAt(parent.Descriptor, pointer, flags));
            }
        }
    }

    /// <summary>Renames within this tree or into another, whose root is leased too.</summary>
    public StorageResult Rename(VirtualPath from, LocalTree target, VirtualPath to, RenameMode mode)
    {
        if (from.IsRoot || to.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        using var fromName = new NativeString(NativeString.LastSegment(from), stackalloc byte[NativeString.StackLength]);
        using var toName = new NativeString(NativeString.LastSegment(to), stackalloc byte[NativeString.StackLength]);
        StorageError error = _resolver.OpenParent(RootDescriptor, from, out ParentDirectory fromParent);
        using (fromParent)
        {
            if (error != StorageError.None)
            {
                return error;
            }

            error = target._resolver.OpenParent(target.RootDescriptor, to, out ParentDirectory toParent);
            using (toParent)
            {
                if (error != StorageError.None)
                {
                    return error;
                }

                fixed (byte* fromPointer = fromName.Bytes, toPointer = toName.Bytes)
                {
                    return Rename(fromParent.Descriptor, fromPointer, toParent.Descriptor, toPointer, mode);
                }
            }
        }
    }

    /// <summary>Creates a further name for a regular file; a link as the source is refused, not followed.</summary>
    public StorageResult CreateHardLink(VirtualPath existing, VirtualPath link)
    {
        if (existing.IsRoot || link.IsRoot)
        {
            return StorageError.AccessDenied;
        }

        using var existingName = new NativeString(NativeString.LastSegment(existing), stackalloc byte[NativeString.StackLength]);
        using var linkName = new NativeString(NativeString.LastSegment(link), stackalloc byte[NativeString.StackLength]);
        StorageError error = _resolver.OpenParent(RootDescriptor, existing, out ParentDirectory existingParent);
        using (existingParent)
        {
            if (error != StorageError.None)
            {
                return error;
            }

            error = _resolver.OpenParent(RootDescriptor, link, out ParentDirectory linkParent);
            using (linkParent)
            {
                if (error != StorageError.None)
                {
                    return error;
                }

                fixed (byte* existingPointer = existingName.Bytes, linkPointer = linkName.Bytes)
                {
                    error = CheckLinkable(existingParent.Descriptor, existingPointer);
                    return error != StorageError.None
                        ? error
                        : ToResult(NativeMethods.LinkAt(existingParent.Descriptor, existingPointer, linkParent.Descriptor, linkPointer, 0));
                }
            }
        }
    }

    private static StorageResult Rename(int fromDirectory, byte* from, int toDirectory, byte* to, RenameMode mode)
    {
        if (mode == RenameMode.Replace)
        {
            return ToResult(NativeMethods.RenameAt2(fromDirectory, from, toDirectory, to, 0));
        }

        if (NativeMethods.RenameAt2(fromDirectory, from, toDirectory, to, OpenFlag.RenameNoReplace) == 0)
        {
            return StorageResult.Success;
        }

        int errno = NativeMethods.LastErrno;
        return errno is Errno.Invalid or Errno.NotImplemented
            ? RenameByLink(fromDirectory, from, toDirectory, to)
            : Errno.ToStorageError(errno);
    }

    // File systems without RENAME_NOREPLACE (NFS, some FUSE): link(2) never replaces. A directory cannot be linked,
    // but a rename replaces only an empty one of it, so checking first loses nothing that has content.
    internal static StorageResult RenameByLink(int fromDirectory, byte* from, int toDirectory, byte* to)
    {
        StorageResult<EntryAttributes> source = GetNameAttributes(fromDirectory, from);
        if (!source.IsSuccess)
        {
            return source.Error;
        }

        if (source.Value.Type != EntryType.Directory)
        {
            return NativeMethods.LinkAt(fromDirectory, from, toDirectory, to, 0) == 0
                ? ToResult(NativeMethods.UnlinkAt(fromDirectory, from, 0))
                : Errno.ToStorageError(NativeMethods.LastErrno);
        }

        StorageResult<EntryAttributes> target = GetNameAttributes(toDirectory, to);
        if (target.IsSuccess)
        {
            return StorageError.AlreadyExists;
        }

        return target.Error == StorageError.NotFound
            ? ToResult(NativeMethods.RenameAt2(fromDirectory, from, toDirectory, to, 0))
            : target.Error;
    }

    private static StorageResult<EntryAttributes> GetNameAttributes(int directory, byte* name)
    {
        StatXBuffer stat = default;
        return NativeMethods.StatX(directory, name, OpenFlag.AtSymbolicLinkNoFollow, StatXBuffer.BasicStats, &stat) == 0
            ? stat.ToAttributes()
            : Errno.ToStorageError(NativeMethods.LastErrno);
    }

    private static StorageError CheckLinkable(int directory, byte* name)
    {
        StorageResult<EntryAttributes> attributes = GetNameAttributes(directory, name);
        return !attributes.IsSuccess ? attributes.Error : attributes.Value.Type switch
        {
            EntryType.File => StorageError.None,
            EntryType.Directory => StorageError.IsDirectory,
            EntryType.SymbolicLink => StorageError.InvalidArgument,
            _ => StorageError.AccessDenied,
        };
    }
}
