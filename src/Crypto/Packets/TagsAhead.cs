using System.Runtime.CompilerServices;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary>Tags that packets which have been received but not yet opened should have.</summary>
/// <remarks>Unsafe because a tag belongs to the memory that it was made of: a packet that has moved since is hashed again.</remarks>
internal sealed unsafe class TagsAhead
{
    private const int TagLength = Sha256Constants.DigestLength;

    // Made when the first packets are shown: a session at rest has neither.
    private Entry[] _entries = [];
    private byte[] _tags = [];
    private uint _first;
    private int _count;

    /// <summary>Room for a tag, which stays where it is.</summary>
    public byte* TagAt(int index)
    {
        if (_tags.Length == 0)
        {
            _entries = new Entry[LaneKernel.MaxLanes];
            _tags = GC.AllocateUninitializedArray<byte>(LaneKernel.MaxLanes * TagLength, pinned: true);
        }

        return (byte*)Unsafe.AsPointer(ref _tags[index * TagLength]);
    }

    public void Set(ReadOnlySpan<LaneMessage> messages)
    {
        _first = messages[0].Sequence;
        _count = messages.Length;
        for (int i = 0; i < messages.Length; i++)
        {
            _entries[i] = new Entry((nint)messages[i].Data, messages[i].Length);
        }
    }

    public bool Covers(uint sequence) => unchecked(sequence - _first) < (uint)_count;

    /// <summary>Finds the tag for a packet, once.</summary>
    public bool TryTake(uint sequence, byte* data, int length, out ReadOnlySpan<byte> tag)
    {
        tag = default;
        if (!Covers(sequence))
        {
            return false;
        }

        int index = (int)unchecked(sequence - _first);
        Entry entry = _entries[index];
        _entries[index] = default;
        if (entry.Data != (nint)data || entry.Length != length)
        {
            return false;
        }

        tag = _tags.AsSpan(index * TagLength, TagLength);
        return true;
    }

    private readonly record struct Entry(nint Data, int Length);
}
