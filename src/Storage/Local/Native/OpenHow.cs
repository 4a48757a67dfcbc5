using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary><c>struct open_how</c> of openat2(2).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    public const ulong ResolveNoMagicLinks = 0x02;
    public const ulong ResolveNoSymbolicLinks = 0x04;
    public const ulong ResolveBeneath = 0x08;

    /// <summary>EAGAIN where the walk would leave what the kernel has in memory (Linux 5.12).</summary>
    public const ulong ResolveCached = 0x20;

    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}
