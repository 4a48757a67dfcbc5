using System.Runtime.InteropServices;

namespace Hpc.Crypto.Gcm;

/// <summary>Memory that holds machine code: written, then made executable and no longer writable. It lives as long as the process.</summary>
/// <remarks>Unsafe because it is memory outside the runtime.</remarks>
internal static unsafe partial class ExecutableCode
{
    // asm-generic/mman-common.h
    private const int ProtRead = 1;
    private const int ProtWrite = 2;
    private const int ProtExec = 4;
    private const int MapPrivate = 2;
    private const int MapAnonymous = 0x20;

    /// <summary>Null where the system does not allow it (a policy against executable memory): then the code is not used.</summary>
    public static void* TryLoad(ReadOnlySpan<byte> code)
    {
        nuint length = (nuint)code.Length;
        void* memory = Map(null, length, ProtRead | ProtWrite, MapPrivate | MapAnonymous, -1, 0);
        if (memory == (void*)-1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(memory, code.Length));
        if (Protect(memory, length, ProtRead | ProtExec) == 0)
        {
            return memory;
        }

        // What cannot be unmapped either is a page that nobody uses.
        _ = Unmap(memory, length);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
