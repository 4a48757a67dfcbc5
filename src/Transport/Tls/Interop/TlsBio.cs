using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hpc.Transport.Tls.Interop;

/// <summary>
/// A BIO over a <see cref="TlsWindow"/>: libssl takes records from memory and puts records into memory, as many as fit, so that one receive and one send carry many.
/// Where there is nothing to read and no room to write it asks to be called again.
/// </summary>
internal static unsafe class TlsBio
{
    private const int Flags = LibSsl.BioRead | LibSsl.BioWrite | LibSsl.BioShouldRetry;

    // One for the process, never freed.
    private static readonly nint Method = NewMethod();

    /// <summary>The window must outlive the BIO, which <c>SSL_free</c> frees.</summary>
    public static nint New(TlsWindow* window)
    {
        nint bio = LibSsl.BIO_new(Method);
        LibSsl.Require(bio != 0, nameof(LibSsl.BIO_new));
        LibSsl.BIO_set_data(bio, window);
        LibSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint NewMethod()
    {
        int index = LibSsl.BIO_get_new_index();
        LibSsl.Require(index > 0, nameof(LibSsl.BIO_get_new_index));
        fixed (byte* name = "window\0"u8)
        {
            nint method = LibSsl.BIO_meth_new(index | LibSsl.BioSourceSink, name);
            LibSsl.Require(
                method != 0
                && LibSsl.BIO_meth_set_read(method, &Read) == 1
                && LibSsl.BIO_meth_set_write(method, &Write) == 1
                && LibSsl.BIO_meth_set_ctrl(method, &Control) == 1,
                nameof(LibSsl.BIO_meth_new));
            return method;
        }
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* buffer, int length)
    {
        var window = (TlsWindow*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, Flags);
        int count = Math.Min(length, window->InputLength);
        if (count <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BioRead | LibSsl.BioShouldRetry);
            return -1;
        }

        Unsafe.CopyBlockUnaligned(buffer, window->Input, (uint)count);
        window->Input += count;
        window->InputLength -= count;
        return count;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* buffer, int length)
    {
        var window = (TlsWindow*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, Flags);
        int count = Math.Min(length, window->Room);
        if (count <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BioWrite | LibSsl.BioShouldRetry);
            return -1;
        }

        Unsafe.CopyBlockUnaligned(window->Output, buffer, (uint)count);
        window->Output += count;
        window->Room -= count;
        return count;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == LibSsl.BioFlush ? 1 : 0;
}
