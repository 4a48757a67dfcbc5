using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Accounts.Sessions;

namespace Hpc.SshProtocol.Sftp.Handles;

/// <summary>
/// The open handles of one SFTP channel, at most <c>limit</c>. A handle string names a slot and the generation of its user,
/// mixed with a random value of the session: one that is closed, from another session or made up finds nothing.
/// </summary>
internal sealed class SftpHandleTable(int limit, SessionMeter meter)
{
    //  uint32   slot
    //  uint32   generation of the slot + random value of the session
    public const int HandleLength = 4 + 4;

    private readonly uint _salt = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4));
    private Slot[] _slots = [];
    private int _used;
    private int _firstFree = -1;

    public int Count { get; private set; }

    /// <summary>True if this channel, or all channels of the session together, have as many open as they may.</summary>
    public bool IsFull => Count >= limit || meter.OpenHandles >= limit;

    /// <summary>Adds a handle and writes its string. The caller has asked <see cref="IsFull"/>.</summary>
    public void Add(SftpHandle handle, Span<byte> name)
    {
        int index = _firstFree;
        if (index >= 0)
        {
            _firstFree = _slots[index].NextFree;
        }
        else
        {
            index = _used++;
            if (index == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Min(limit, Math.Max(4, _slots.Length * 2)));
            }
        }

        ref Slot slot = ref _slots[index];
        slot.Handle = handle;
        Count++;
        meter.AddHandles(1);
        BinaryPrimitives.WriteUInt32BigEndian(name, (uint)index);
        BinaryPrimitives.WriteUInt32BigEndian(name[4..], unchecked(slot.Generation + _salt));
    }

    public bool TryGet(ReadOnlySpan<byte> name, out SftpHandle handle)
    {
        handle = null!;
        if (name.Length != HandleLength)
        {
            return false;
        }

        uint index = BinaryPrimitives.ReadUInt32BigEndian(name);
        if (index >= (uint)_used)
        {
            return false;
        }

        ref Slot slot = ref _slots[index];
        if (slot.Handle is null || unchecked(slot.Generation + _salt) != BinaryPrimitives.ReadUInt32BigEndian(name[4..]))
        {
            return false;
        }

        handle = slot.Handle;
        return true;
    }

    public bool TryRemove(ReadOnlySpan<byte> name, out SftpHandle handle)
    {
        if (!TryGet(name, out handle))
        {
            return false;
        }

        int index = (int)BinaryPrimitives.ReadUInt32BigEndian(name);
        ref Slot slot = ref _slots[index];
        slot.Handle = null;
        slot.Generation++;
        slot.NextFree = _firstFree;
        _firstFree = index;
        Count--;
        meter.AddHandles(-1);
        return true;
    }

    /// <summary>Empties the table and hands out what was in it.</summary>
    public List<SftpHandle> RemoveAll()
    {
        List<SftpHandle> handles = new(Count);
        foreach (Slot slot in _slots.AsSpan(0, _used))
        {
            if (slot.Handle is { } handle)
            {
                handles.Add(handle);
            }
        }

        meter.AddHandles(-Count);
        _slots = [];
        _used = 0;
        _firstFree = -1;
        Count = 0;
        return handles;
    }

    private struct Slot
    {
        public SftpHandle? Handle;
        public uint Generation;
        public int NextFree;
    }
}
