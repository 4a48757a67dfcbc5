using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.KeyValue;

/// <summary>Records of a frame.</summary>
internal sealed class RecordWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public int Length => _buffer.WrittenCount;

    public ReadOnlyMemory<byte> Records => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    public void State(long stamp, IReadOnlyCollection<KeyValuePair<ObjectKind, long>> lastIds)
    {
        Byte((byte)RecordKind.State);
        Int64(stamp);
        UInt16((ushort)lastIds.Count);
        foreach ((ObjectKind kind, long id) in lastIds)
        {
            Byte((byte)kind);
            Int64(id);
        }
    }

    public void Put(StoredObject stored, IReadOnlyList<ObjectKey> references)
    {
        Byte((byte)RecordKind.Put);
        Key(stored.Key);
        Int64(stored.Id);
        Int64(stored.Version);
        Int64(stored.Stamp);
        Text(stored.Role);
        Blob(stored.Document.Span);
        UInt32((uint)references.Count);
        foreach (ObjectKey to in references)
        {
            Key(to);
        }
    }

    public void Delete(ObjectKey key, long stamp)
    {
        Byte((byte)RecordKind.Delete);
        Key(key);
        Int64(stamp);
    }

    public void Activity(ObjectKey key, ActivityField field, long value)
    {
        Byte((byte)RecordKind.Activity);
        Key(key);
        Byte((byte)field);
        Int64(value);
    }

    public void EphemeralPut(string name, ReadOnlySpan<byte> value, long expiresAt)
    {
        Byte((byte)RecordKind.EphemeralPut);
        Text(name);
        Int64(expiresAt);
        Blob(value);
    }

    public void EphemeralRemove(string name)
    {
        Byte((byte)RecordKind.EphemeralRemove);
        Text(name);
    }

    private void Key(ObjectKey key)
    {
        Byte((byte)key.Kind);
        Text(key.Name);
    }

    private void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        UInt16(checked((ushort)length));
        _buffer.Advance(Encoding.UTF8.GetBytes(text, _buffer.GetSpan(length)));
    }

    private void Blob(ReadOnlySpan<byte> bytes)
    {
        UInt32((uint)bytes.Length);
        _buffer.Write(bytes);
    }

    private void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    private void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.GetSpan(sizeof(ushort)), value);
        _buffer.Advance(sizeof(ushort));
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(sizeof(uint)), value);
        _buffer.Advance(sizeof(uint));
    }

    private void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }
}
