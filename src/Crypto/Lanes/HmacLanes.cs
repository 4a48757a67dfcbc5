using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.Lanes;

/// <summary>
/// HMAC-SHA-256 (RFC 2104) of several packets at once under one key, whose two blocks are compressed once. The two states that come of it are as good
/// as the key: cleared and freed on dispose or by the finalizer. Not thread-safe, and not to be disposed while it is in use.
/// </summary>
/// <remarks>
/// Unsafe because packets are hashed where they lie. What a pass needs besides (4 KiB) lies on the stack: a session at rest holds the key's states alone.
/// </remarks>
internal sealed unsafe class HmacLanes : SafeHandle
{
    private const int StateWords = Sha256Constants.StateWords;
    private const int BlockLength = Sha256Constants.BlockLength;
    private const int Alignment = 64;

    //  uint32[8]  state after the key's inner block
    //  uint32[8]  state after its outer block
    private const int KeyStatesSize = 2 * StateWords * sizeof(uint);
    private const int StateSize = StateWords * LaneKernel.MaxLanes * sizeof(uint);

    private readonly LaneKernel _kernel;

    public HmacLanes(LaneKernel kernel, ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(key.Length, BlockLength, nameof(key));
        _kernel = kernel;
        byte* memory = stackalloc byte[StateSize + Alignment];
        byte* blocks = stackalloc byte[2 * BlockLength];
        byte** positions = stackalloc byte*[LaneKernel.MaxLanes];
        new Span<byte>(blocks, BlockLength).Fill(0x36);
        new Span<byte>(blocks + BlockLength, BlockLength).Fill(0x5C);
        for (int i = 0; i < key.Length; i++)
        {
            blocks[i] ^= key[i];
            blocks[BlockLength + i] ^= key[i];
        }

        for (int lane = 0; lane < kernel.Lanes; lane++)
        {
            positions[lane] = lane == 0 ? blocks : blocks + BlockLength;
        }

        SetHandle((nint)NativeMemory.AlignedAlloc(KeyStatesSize, Alignment));
        Span<uint> inner = Inner;
        Span<uint> outer = Outer;
        uint* state = Align(memory);
        SetState(state, Sha256Constants.InitialState);
        kernel.Compress(state, positions, 1);
        for (int word = 0; word < StateWords; word++)
        {
            inner[word] = state[word * kernel.Lanes];
            outer[word] = state[(word * kernel.Lanes) + 1];
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(blocks, 2 * BlockLength));
        CryptographicOperations.ZeroMemory(new Span<byte>(memory, StateSize + Alignment));
    }

    public override bool IsInvalid => handle == 0;

    private Span<uint> Inner => new((void*)handle, StateWords);

    private Span<uint> Outer => new((uint*)handle + StateWords, StateWords);

    /// <summary>How many messages one pass takes.</summary>
    public int Lanes => _kernel.Lanes;

    /// <summary>Makes the tags of up to <see cref="Lanes"/> messages of any lengths. The pass takes as long as its longest message.</summary>
    [SkipLocalsInit]
    public void MakeTags(ReadOnlySpan<LaneMessage> messages)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Length, _kernel.Lanes, nameof(messages));
        byte* memory = stackalloc byte[StateSize + Alignment];
        byte* scratch = stackalloc byte[LaneKernel.MaxLanes * LaneInput.ScratchLength];
        byte** positions = stackalloc byte*[LaneKernel.MaxLanes];
        Span<LaneInput> inputs = stackalloc LaneInput[LaneKernel.MaxLanes];
        inputs = inputs[..messages.Length];
        uint* state = Align(memory);
        SetState(state, Inner);
        for (int lane = 0; lane < inputs.Length; lane++)
        {
            inputs[lane].Begin(scratch + (lane * LaneInput.ScratchLength), messages[lane], BlockLength);
        }

        HashInputs(state, scratch, positions, inputs);
        for (int lane = 0; lane < _kernel.Lanes; lane++)
        {
            positions[lane] = scratch + (lane < inputs.Length ? lane * LaneInput.ScratchLength : 0);
        }

        SetState(state, Outer);
        _kernel.Compress(state, positions, 1);
        for (int lane = 0; lane < messages.Length; lane++)
        {
            WriteDigest(state, lane, messages[lane].Tag);
        }

        GC.KeepAlive(this);
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, KeyStatesSize));
        NativeMemory.AlignedFree((void*)handle);
        SetHandle(0);
        return true;
    }

    /// <summary>Hashes all inputs and leaves at the head of each one's scratch the block that the outer hash takes.</summary>
    private void HashInputs(uint* state, byte* scratch, byte** positions, Span<LaneInput> inputs)
    {
        while (NextPass(inputs, positions) is var blocks and > 0)
        {
            _kernel.Compress(state, positions, blocks);
            for (int lane = 0; lane < inputs.Length; lane++)
            {
                if (inputs[lane].Blocks == 0)
                {
                    continue;
                }

                inputs[lane].Advance(blocks);
                if (inputs[lane].Blocks == 0)
                {
                    WriteOuterBlock(state, lane, scratch + (lane * LaneInput.ScratchLength));
                }
            }
        }
    }

    // Lanes that have ended, or have no message, repeat what another does: its memory is there, and nobody looks at their state.
    private nint NextPass(ReadOnlySpan<LaneInput> inputs, byte** positions)
    {
        nint blocks = nint.MaxValue;
        byte* any = null;
        foreach (ref readonly LaneInput input in inputs)
        {
            if (input.Blocks != 0)
            {
                blocks = Math.Min(blocks, input.Blocks);
                any = input.Position;
            }
        }

        for (int lane = 0; lane < _kernel.Lanes; lane++)
        {
            positions[lane] = lane < inputs.Length && inputs[lane].Blocks != 0 ? inputs[lane].Position : any;
        }

        return any == null ? 0 : blocks;
    }

    private void WriteOuterBlock(uint* state, int lane, byte* block)
    {
        //  byte[32]  inner digest
        //  byte      0x80, then zeros
        //  uint64    bits
        WriteDigest(state, lane, block);
        var rest = new Span<byte>(block + Sha256Constants.DigestLength, BlockLength - Sha256Constants.DigestLength);
        rest.Clear();
        rest[0] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(rest[^sizeof(ulong)..], (BlockLength + Sha256Constants.DigestLength) * 8);
    }

    private void WriteDigest(uint* state, int lane, byte* digest)
    {
        for (int word = 0; word < StateWords; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(new Span<byte>(digest + (word * sizeof(uint)), sizeof(uint)), state[(word * _kernel.Lanes) + lane]);
        }
    }

    private void SetState(uint* state, ReadOnlySpan<uint> words)
    {
        for (int word = 0; word < StateWords; word++)
        {
            new Span<uint>(state + (word * _kernel.Lanes), _kernel.Lanes).Fill(words[word]);
        }
    }

    private static uint* Align(byte* memory) => (uint*)(((nuint)memory + (Alignment - 1)) & ~(nuint)(Alignment - 1));
}
