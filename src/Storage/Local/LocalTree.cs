using Hpc.Storage.Local.Confinement;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>The operations below one root, blocking. Who calls holds a lease on the root descriptor.</summary>
internal sealed unsafe partial class LocalTree(SafeDescriptor root, byte[] rootRealPath, LocalFileSystemOptions options, bool followsLinks)
{
    private static ReadOnlySpan<byte> EmptyPath => "\0"u8;

    private readonly WalkingResolver _walker = new(rootRealPath, followsLinks);
    private readonly PathResolver _resolver = CreateResolver(new(rootRealPath, followsLinks), options.Confinement);
    private readonly uint _mask = ~options.Umask;
    private readonly NewOwner _newOwner = NewOwner.Of(options);

    public SafeDescriptor Root => root;

    private int RootDescriptor => (int)root.DangerousGetHandle();

    /// <summary>What was just asked of the kernel, as a result.</summary>
    internal static StorageResult ToResult(int returned) =>
        returned >= 0 ? StorageResult.Success : Errno.ToStorageError(NativeMethods.LastErrno);

    private static PathResolver CreateResolver(WalkingResolver walker, FileSystemConfinement confinement) =>
        confinement == FileSystemConfinement.Kernel ? new KernelResolver(walker) : walker;
}
