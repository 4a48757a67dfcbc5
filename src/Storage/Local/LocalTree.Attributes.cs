using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

internal sealed unsafe partial class LocalTree
{
    public StorageResult<EntryAttributes> GetAttributes(VirtualPath path, bool follow)
    {
        StorageError error = _resolver.Open(RootDescriptor, path, HandleFlags(follow), 0, out int descriptor);
        if (error != StorageError.None)
        {
            return error;
        }

        StorageResult<EntryAttributes> attributes = DescriptorAttributes.Get(descriptor);
        _ = NativeMethods.Close(descriptor);
        return attributes;
    }

    public StorageResult SetAttributes(VirtualPath path, AttributeChanges changes, bool follow)
    {
        StorageResult resized = changes.Size is { } size ? Resize(path, size, follow) : StorageResult.Success;
        if (changes is { Permissions: null, UserId: null, GroupId: null, AccessTime: null, ModificationTime: null })
        {
            return resized;
        }

        StorageError error = _resolver.Open(RootDescriptor, path, HandleFlags(follow), 0, out int descriptor);
        if (error != StorageError.None)
        {
            return error;
        }

        StorageResult changed = DescriptorAttributes.SetByHandle(descriptor, changes);
        _ = NativeMethods.Close(descriptor);
        return resized.IsSuccess ? changed : resized;
    }

    public StorageResult<SpaceInfo> GetSpace(VirtualPath path)
    {
        StorageError error = _resolver.Open(RootDescriptor, path, HandleFlags(follow: true), 0, out int descriptor);
        if (error != StorageError.None)
        {
            return error;
        }

        StorageResult<SpaceInfo> space = DescriptorAttributes.GetSpace(descriptor);
        _ = NativeMethods.Close(descriptor);
        return space;
    }

    private static int HandleFlags(bool follow) => follow ? OpenFlag.Path : OpenFlag.Path | OpenFlag.NoFollow;

    private StorageResult Resize(VirtualPath path, long size, bool follow)
    {
        if (size < 0)
        {
            return StorageError.InvalidArgument;
        }

        int flags = OpenFlag.WriteOnly | (follow ? 0 : OpenFlag.NoFollow);
        StorageError error = OpenRegular(path, flags, 0, out int descriptor, out StatXBuffer _);
        if (error != StorageError.None)
        {
            return error;
        }

        StorageResult result = ToResult(NativeMethods.Truncate(descriptor, size));
        _ = NativeMethods.Close(descriptor);
        return result;
    }
}
