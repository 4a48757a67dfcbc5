using System.Runtime.CompilerServices;
using Hpc.Storage;

namespace Hpc.Benchmarks.Support;

/// <summary>Memory for one read or write.</summary>
/// <remarks>Unsafe because storage takes addresses.</remarks>
internal static unsafe class PinnedSegments
{
    /// <summary>One segment over a whole array of the pinned heap, which the caller keeps.</summary>
    public static PinnedSegment[] Of(byte[] pinned) => [new PinnedSegment((byte*)Unsafe.AsPointer(ref pinned[0]), (nuint)pinned.Length)];
}
