using System.Buffers.Binary;
using Hpc.LoadTests.Engine;

namespace Hpc.LoadTests.Sessions;

/// <summary>
/// The content of all files: one seeded pattern that repeats, begun at another place for each file. So every byte of a download can be checked, and nothing
/// has to be kept.
/// </summary>
internal sealed class ContentPattern
{
    // Odd, so that no block of a file system or cipher comes at the same place of two repetitions.
    private const int Period = (1 << 20) - 3;

    // A prime, far from small fractions of the period.
    private const uint Stride = 524_309;

    private readonly byte[] _bytes;

    public ContentPattern(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        _bytes = new byte[Period + MaxLength];
        for (int i = 0; i + 8 <= Period + 7; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(i), random.NextUInt64());
        }

        // What follows the period is its beginning, so that no piece has a seam.
        _bytes.AsSpan(0, MaxLength).CopyTo(_bytes.AsSpan(Period));
    }

    /// <summary>Longest piece.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>A piece of a file's content.</summary>
    public ReadOnlyMemory<byte> Piece(uint file, long offset, int length) =>
        _bytes.AsMemory((int)((((ulong)file * Stride) + (ulong)offset) % Period), length);
}
