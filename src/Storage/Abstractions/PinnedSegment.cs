using System.Runtime.InteropServices;

namespace Hpc.Storage;

/// <summary>
/// A piece of memory that does not move: laid out as POSIX <c>struct iovec</c>, so that a list of them goes to the kernel as it is.
/// Whoever makes one keeps the memory alive and pinned until the call that got it has completed.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly unsafe struct PinnedSegment(byte* address, nuint length)
{
    private readonly byte* _address = address;
    private readonly nuint _length = length;

    /// <summary>First byte.</summary>
    public byte* Address => _address;

    /// <summary>Length in bytes; fits an <see cref="int"/>.</summary>
    public int Length => (int)_length;

    /// <summary>The memory as a span.</summary>
    public Span<byte> Span => new(_address, Length);

    /// <summary>The total length in bytes of several segments.</summary>
    public static long TotalLength(ReadOnlySpan<PinnedSegment> segments)
    {
        long total = 0;
        foreach (ref readonly PinnedSegment segment in segments)
        {
            total += segment.Length;
        }

        return total;
    }
}
