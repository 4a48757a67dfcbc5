using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hpc.Transport.Data;

/// <summary>The calls of epoll(7). Descriptors are plain numbers: who passes one keeps it open.</summary>
internal static unsafe partial class Epoll
{
    public const uint In = 0x001;
    public const uint Out = 0x004;

    /// <summary>EPOLLONESHOT: told once, and not again before <see cref="Change"/>.</summary>
    public const uint Once = 1U << 30;

    public const int Add = 1;
    public const int Remove = 2;
    public const int Change = 3;

    private const int CloseOnExec = 0x80000;
    private const int Interrupted = 4;
    private const string LibC = "libc";

    // struct epoll_event is packed on x86 alone (sys/epoll.h).
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 4 : 8;

    /// <summary>Bytes of a <c>struct epoll_event</c>.</summary>
    public static int EventLength => DataOffset + sizeof(ulong);

    /// <exception cref="IOException">No descriptor is left.</exception>
    public static int Create()
    {
        int descriptor = EpollCreate(CloseOnExec);
        return descriptor >= 0 ? descriptor : throw Failed("epoll_create1");
    }

    /// <summary>Gives its descriptor back.</summary>
    public static void Close(int epoll) => _ = CloseDescriptor(epoll);

    /// <summary>False with errno if it failed.</summary>
    public static bool TryControl(int epoll, int operation, int descriptor, uint events, long data)
    {
        byte* entry = stackalloc byte[16];
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + DataOffset, data);
        return EpollControl(epoll, operation, descriptor, entry) == 0;
    }

    /// <summary>Waits without end for at least one event.</summary>
    public static int Wait(int epoll, Span<byte> events)
    {
        fixed (byte* first = events)
        {
            int count;
            do
            {
                count = EpollWait(epoll, first, events.Length / EventLength, -1);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == Interrupted);

            return count >= 0 ? count : throw Failed("epoll_wait");
        }
    }

    /// <summary>What was given to <see cref="TryControl"/> with the socket of an event.</summary>
    public static long DataOf(ReadOnlySpan<byte> events, int index) => MemoryMarshal.Read<long>(events[((index * EventLength) + DataOffset)..]);

    /// <summary>The error of the last call.</summary>
    public static IOException Failed(string call) => new($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport(LibC, EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport(LibC, EntryPoint = "close")]
    private static partial int CloseDescriptor(int descriptor);

    [LibraryImport(LibC, EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport(LibC, EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, byte* events, int most, int milliseconds);
}
