using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Hpc.Storage;

namespace Hpc.HttpApi.Files;

/// <summary>Memory that does not move, for one transfer at a time; from a pool and back to it on dispose.</summary>
internal sealed unsafe class PinnedBuffer : IDisposable
{
    /// <summary>Bytes of each: one read or write of storage.</summary>
    public const int Length = 256 * 1024;

    // 16 MiB are kept; with more transfers at once, memory is made for them and given up afterwards.
    private const int MaxIdle = 64;

    private static readonly ConcurrentStack<byte[]> Idle = new();
    private static int _idleCount;

    private byte[]? _bytes;

    private PinnedBuffer(byte[] bytes) => _bytes = bytes;

    public Memory<byte> Memory => _bytes;

    public static PinnedBuffer Rent()
    {
        if (Idle.TryPop(out byte[]? bytes))
        {
            Interlocked.Decrement(ref _idleCount);
            return new PinnedBuffer(bytes);
        }

        return new PinnedBuffer(GC.AllocateUninitializedArray<byte>(Length, pinned: true));
    }

    /// <summary>One for pieces of this length, for a whole transfer: from the pool, or a smaller one of its own.</summary>
    public static PinnedBuffer Rent(int length) =>
        length > Length / 2 ? Rent() : new PinnedBuffer(GC.AllocateUninitializedArray<byte>(length, pinned: true));

    /// <summary>True if pieces of this length fit, without most of it being left over.</summary>
    public bool Suits(int length) => length <= Memory.Length && length >= Memory.Length / 4;

    /// <summary>A part of it, for storage.</summary>
    public PinnedSegment Segment(int start, int length)
    {
        byte[] bytes = _bytes ?? throw new ObjectDisposedException(nameof(PinnedBuffer));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start + (uint)length, (uint)bytes.Length);
        return new((byte*)Marshal.UnsafeAddrOfPinnedArrayElement(bytes, start), (nuint)length);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is not { } bytes)
        {
            return;
        }

        if (bytes.Length < Length)
        {
            return;
        }

        if (Interlocked.Increment(ref _idleCount) <= MaxIdle)
        {
            Idle.Push(bytes);
        }
        else
        {
            Interlocked.Decrement(ref _idleCount);
        }
    }
}
