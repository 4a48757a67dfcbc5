using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Packets;

/// <summary>
/// Tags that packets which have been received but not yet opened should have. Borrowed for a pass and given back with its last packet: a session at rest
/// has none.
/// </summary>
/// <remarks>Unsafe because a tag belongs to the memory that it was made of: a packet that has moved since is hashed again.</remarks>
internal sealed unsafe class TagsAhead
{
    private const int TagLength = Sha256Constants.DigestLength;

    // One for each thread that opens packets; more are left to the collector.
    [ThreadStatic]
    private static TagsAhead? _spare;

    private readonly Entry[] _entries = new Entry[LaneKernel.MaxLanes];
    private readonly byte[] _tags = GC.AllocateArray<byte>(LaneKernel.MaxLanes * TagLength, pinned: true);
    private uint _first;
    private int _count;

    private TagsAhead()
    {
    }

    public static TagsAhead Borrow()
    {
        TagsAhead ahead = _spare ?? new TagsAhead();
        _spare = null;
        return ahead;
    }

    public static void GiveBack(TagsAhead ahead)
    {
        // A tag that was not sent is what a forger lacks.
        CryptographicOperations.ZeroMemory(ahead._tags);
        ahead._count = 0;
        _spare = ahead;
    }

    /// <summary>Gives each packet room for its tag, which stays where it is. None counts until <see cref="Set"/>.</summary>
    public void MakeRoom(Span<LaneMessage> messages)
    {
        _count = 0;
        var room = (byte*)Unsafe.AsPointer(ref _tags[0]);
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = messages[i].WithTag(room + (i * TagLength));
        }
    }

    /// <summary>The tags of these packets have been made.</summary>
    public void Set(ReadOnlySpan<LaneMessage> messages)
    {
        _first = messages[0].Sequence;
        for (int i = 0; i < messages.Length; i++)
        {
            _entries[i] = new Entry((nint)messages[i].Data, messages[i].Length);
        }

        _count = messages.Length;
    }

    public bool Covers(uint sequence) => unchecked(sequence - _first) < (uint)_count;

    /// <summary>True if no later packet than this one is covered.</summary>
    public bool EndsWith(uint sequence) => unchecked(sequence - _first) == (uint)(_count - 1);

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
