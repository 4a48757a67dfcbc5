using Hpc.Storage.Local.Confinement;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalTree
{
    // A name that comes and goes while it is opened this many times is busy.
    private const int MaxOwnedAttempts = 8;

    /// <summary>
    /// Creates a file of the configured owner, or opens the one that exists as it is. Only what was created exclusively is new for sure,
    /// so the name is created exclusively first; that fails for a link too, then where it leads is tried.
    /// </summary>
    private StorageResult<OpenedFile> OpenOrCreateOwned(VirtualPath path, int native, uint mode)
    {
        VirtualPath place = path;
        for (int attempt = 0; attempt < MaxOwnedAttempts; attempt++)
        {
            StorageError error = _resolver.Open(RootDescriptor, place, native | OpenFlag.Exclusive | Guarded, mode, out int descriptor);
            if (error == StorageError.None)
            {
                return Own(place, descriptor);
            }

            if (error != StorageError.AlreadyExists || (native & OpenFlag.Exclusive) != 0)
            {
                // Whatever else is in the way is in the way of the ordinary open too.
                return error;
            }

            StorageResult<OpenedFile> opened = OpenExisting(path, native & ~OpenFlag.Create, 0);
            if (opened.Error != StorageError.NotFound)
            {
                return opened;
            }

            // It is gone, or it is a link to what does not exist yet.
            StorageResult<VirtualPath> resolved = Resolve(path);
            if (!resolved.IsSuccess)
            {
                return resolved.Error;
            }

            place = resolved.Value;
        }

        return StorageError.Busy;
    }

    private StorageResult<OpenedFile> Own(VirtualPath path, int descriptor)
    {
        var file = new SafeDescriptor(descriptor);
        StorageResult given = _newOwner.Give(descriptor);
        if (given.IsSuccess)
        {
            return new OpenedFile(file, 0, 0, IsNew: true);
        }

        RemoveIfStill(path, descriptor);
        file.Dispose();
        return given.Error;
    }

    /// <summary>Deletes the name of an open file, unless it is that of another by now.</summary>
    private void RemoveIfStill(VirtualPath path, int descriptor)
    {
        using var name = new NativeString(NativeString.LastSegment(path), stackalloc byte[NativeString.StackLength]);
        StorageError error = _resolver.OpenParent(RootDescriptor, path, out ParentDirectory parent);
        using (parent)
        {
            fixed (byte* pointer = name.Bytes)
            {
                if (error == StorageError.None && GetNameAttributes(parent.Descriptor, pointer) is { IsSuccess: true } named
                    && DescriptorAttributes.Get(descriptor) is { IsSuccess: true } open && named.Value.Identity == open.Value.Identity)
                {
                    _ = NativeMethods.UnlinkAt(parent.Descriptor, pointer, 0);
                }
            }
        }
    }

    /// <summary>Gives a name that was just created to the configured owner; one that cannot be given is removed.</summary>
    private StorageResult OwnNew(int directory, byte* name, int removeFlags)
    {
        StorageResult given = _newOwner.Give(directory, name);
        if (!given.IsSuccess)
        {
            _ = NativeMethods.UnlinkAt(directory, name, removeFlags);
        }

        return given;
    }
}
