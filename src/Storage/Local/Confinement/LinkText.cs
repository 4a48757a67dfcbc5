using System.Buffers;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local.Confinement;

/// <summary>Reads the text of a symbolic link.</summary>
internal static unsafe class LinkText
{
    // Linux keeps link texts below PATH_MAX.
    private const int MaxLength = 4096;

    /// <summary>The error number, 0 if it worked; EINVAL if the name is no link.</summary>
    public static int Read(int directory, ReadOnlySpan<byte> name, out byte[] target)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(name.Length + 1 + MaxLength);
        Span<byte> terminated = buffer.AsSpan(0, name.Length + 1);
        name.CopyTo(terminated);
        terminated[name.Length] = 0;

        nint length;
        int errno = 0;
        fixed (byte* pointer = buffer)
        {
            length = NativeMethods.ReadLinkAt(directory, pointer, pointer + terminated.Length, MaxLength);
            if (length < 0)
            {
                errno = NativeMethods.LastErrno;
            }
        }

        target = length > 0 ? buffer.AsSpan(terminated.Length, (int)length).ToArray() : [];
        ArrayPool<byte>.Shared.Return(buffer);
        return errno;
    }
}
