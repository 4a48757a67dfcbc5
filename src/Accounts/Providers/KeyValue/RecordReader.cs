using System.Buffers.Binary;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.KeyValue;

/// <summary>Makes the records of a frame in a state again.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> records, MemoryState objects, MemoryEphemeral ephemeral, long now)
{
    private ReadOnlySpan<byte> _rest = records;

    /// <summary>True if the state is among them, which ends what a file is made with.</summary>
    public bool HasState { get; private set; }

    /// <exception cref="InvalidDataException">There is something that this program does not write.</exception>
    public void ReadAll()
    {
        while (_rest.Length > 0)
        {
            Read((RecordKind)Take(1)[0]);
        }
    }

    private void Read(RecordKind kind)
    {
        switch (kind)
        {
            case RecordKind.State:
                ReadState();
                break;
            case RecordKind.Put:
                ReadPut();
                break;
            case RecordKind.Delete:
                ObjectKey key = Key();
                objects.Delete(key, Int64());
                break;
            case RecordKind.Activity:
                ObjectKey counted = Key();
                var field = (ActivityField)Take(1)[0];
                objects.SetActivity(counted, field, Int64());
                break;
            case RecordKind.EphemeralPut:
                ReadEphemeral();
                break;
            case RecordKind.EphemeralRemove:
                ephemeral.Remove(Text());
                break;
            default:
                throw new InvalidDataException($"there is no record of kind {(byte)kind}");
        }
    }

    private void ReadState()
    {
        HasState = true;
        objects.StartAt(Int64());
        int count = BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));
        for (int number = 0; number < count; number++)
        {
            var kind = (ObjectKind)Take(1)[0];
            objects.SetLastId(kind, Int64());
        }
    }

    private void ReadPut()
    {
        ObjectKey key = Key();
        long id = Int64();
        long version = Int64();
        long stamp = Int64();
        string role = Text();
        byte[] document = Blob();
        var references = new List<ObjectKey>();
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
        for (uint number = 0; number < count; number++)
        {
            references.Add(Key());
        }

        objects.Put(new StoredObject(key, id, version, stamp, role, document), references);
    }

    private void ReadEphemeral()
    {
        string name = Text();
        long expiresAt = Int64();
        byte[] value = Blob();
        ephemeral.Remove(name);
        if (expiresAt > now)
        {
            ephemeral.Load(name, value, expiresAt);
        }
    }

    private ObjectKey Key()
    {
        var kind = (ObjectKind)Take(1)[0];
        return new ObjectKey(kind, Text());
    }

    private string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)))));

    private byte[] Blob() => Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)))).ToArray();

    private long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    private ReadOnlySpan<byte> Take(uint length)
    {
        if (length > _rest.Length)
        {
            throw new InvalidDataException("a record is longer than its frame");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
