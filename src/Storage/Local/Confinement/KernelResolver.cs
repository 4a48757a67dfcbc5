using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local.Confinement;

/// <summary>openat2(2) with RESOLVE_BENEATH: one call, checked by the kernel while it walks; with RESOLVE_NO_SYMLINKS where no link is to be followed.</summary>
internal sealed unsafe class KernelResolver(WalkingResolver absoluteLinks) : PathResolver
{
    private readonly ulong _resolve = OpenHow.ResolveBeneath | (absoluteLinks.FollowsLinks ? OpenHow.ResolveNoMagicLinks : OpenHow.ResolveNoSymbolicLinks);

    // The kernel gives up with EAGAIN when a rename ran beside a `..`, anywhere on the machine; the walk needs no such calm.
    private const int MaxAttempts = 32;

    public override StorageError Open(int root, VirtualPath path, int flags, uint mode, out int descriptor)
    {
        using var relative = new NativeString(NativeString.Relative(path), stackalloc byte[NativeString.StackLength]);
        int errno = 0;
        fixed (byte* name = relative.Bytes)
        {
            for (int attempt = 0; attempt < MaxAttempts; attempt++)
            {
                errno = TryOpen(root, name, flags, mode, _resolve, out descriptor);
                if (errno == 0)
                {
                    return StorageError.None;
                }

                if (errno is not (Errno.Again or Errno.Interrupted))
                {
                    break;
                }
            }
        }

        descriptor = -1;
        if (errno is Errno.CrossDevice or Errno.Again)
        {
            // A link leads out, or is absolute and leads back in: the walk tells these apart.
            return absoluteLinks.Open(root, path, flags, mode, out descriptor);
        }

        return Errno.ToStorageError(errno);
    }

    /// <summary>The error number of one attempt, 0 if it worked.</summary>
    internal static int TryOpen(int root, byte* name, int flags, uint mode, ulong resolve, out int descriptor)
    {
        var how = new OpenHow
        {
            Flags = (uint)(flags | OpenFlag.CloseOnExec),
            Mode = (flags & OpenFlag.Create) != 0 ? mode : 0,
            Resolve = resolve,
        };

        descriptor = (int)NativeMethods.OpenAt2(SystemCall.OpenAt2, root, name, &how, sizeof(OpenHow));
        return descriptor >= 0 ? 0 : NativeMethods.LastErrno;
    }
}
