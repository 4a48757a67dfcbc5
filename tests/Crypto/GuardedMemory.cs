using System.Runtime.InteropServices;

namespace Hpc.Crypto.Tests;

/// <summary>Memory between two pages that may be neither read nor written: whoever goes beyond it ends the process.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    // asm-generic/mman-common.h
    private const int ProtNone = 0;
    private const int ProtReadWrite = 3;
    private const int MapPrivateAnonymous = 0x22;

    private static readonly nuint Page = (nuint)Environment.SystemPageSize;

    private readonly byte* _block;
    private readonly nuint _inside;

    public GuardedMemory(int atLeast)
    {
        _inside = ((nuint)atLeast + Page - 1) / Page * Page;
        _block = (byte*)Map(null, _inside + (2 * Page), ProtNone, MapPrivateAnonymous, -1, 0);
        ((nint)_block).ShouldNotBe(-1);
        Protect(_block + Page, _inside, ProtReadWrite).ShouldBe(0);
    }

    /// <summary>The first bytes; there is nothing before them.</summary>
    public Span<byte> Head(int length) => new(_block + Page, Checked(length));

    /// <summary>The last bytes; there is nothing behind them.</summary>
    public Span<byte> Tail(int length) => new(_block + Page + _inside - (nuint)Checked(length), length);

    public void Dispose() => Unmap(_block, _inside + (2 * Page)).ShouldBe(0);

    private int Checked(int length) => (nuint)length <= _inside ? length : throw new ArgumentOutOfRangeException(nameof(length));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
