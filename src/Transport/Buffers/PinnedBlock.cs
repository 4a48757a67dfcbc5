using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hpc.Transport.Buffers;

/// <summary>A block of pinned memory with one owner at a time, who returns it exactly once.</summary>
public sealed unsafe class PinnedBlock
{
    private readonly BlockPool _pool;
    private int _isRented;

    internal PinnedBlock(BlockPool pool, int length)
    {
        _pool = pool;
        Array = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        Address = (byte*)Unsafe.AsPointer(ref Array[0]);
    }

#if DEBUG
    /// <summary>Counts a block that was lost by its owner.</summary>
    ~PinnedBlock()
    {
        if (Volatile.Read(ref _isRented) != 0)
        {
            _pool.OnLost(this);
        }
    }
#endif

    /// <summary>First byte; stays where it is as long as the block lives.</summary>
    public byte* Address { get; }

    /// <summary>Length in bytes: one of the pool's size classes.</summary>
    public int Length => Array.Length;

    /// <summary>The whole block.</summary>
    public Span<byte> Span => Array;

    /// <summary>The whole block.</summary>
    public Memory<byte> Memory => MemoryMarshal.CreateFromPinnedArray(Array, 0, Array.Length);

    internal byte[] Array { get; }

    internal BufferRole Role { get; private set; }

    /// <summary>Gives the block back. Returning it twice is a bug and throws.</summary>
    public void Return()
    {
        if (Interlocked.Exchange(ref _isRented, 0) == 0)
        {
            throw new InvalidOperationException($"A {Role} block was returned twice.");
        }

#if DEBUG
        // Whoever still reads it finds out at once.
        Array.AsSpan().Fill(0xDB);
#endif
        _pool.TakeBack(this);
    }

    internal void MarkRented(BufferRole role)
    {
        Role = role;
        Volatile.Write(ref _isRented, 1);
    }
}
