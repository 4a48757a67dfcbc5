using System.Buffers.Binary;

namespace Hpc.LoadTests.Server;

/// <summary>Adds up the objects of a heap trace by type.</summary>
internal sealed class HeapSnapshot
{
    private const int BulkType = 15;
    private const int BulkNode = 18;

    // GCBulkNode: uint32 index, uint32 count, uint16 instance; uint64 address, size, type, edges each.
    private const int NodesAt = 10;
    private const int NodeLength = 32;

    private readonly Dictionary<ulong, (long Bytes, long Objects)> _sums = [];
    private readonly Dictionary<ulong, (string Name, ulong[] Parameters)> _types = [];

    public static IReadOnlyDictionary<string, HeapType> Read(byte[] trace)
    {
        var snapshot = new HeapSnapshot();
        new NettraceReader(trace).Read(snapshot.OnEvent);
        var types = new Dictionary<string, HeapType>(StringComparer.Ordinal);
        foreach ((ulong type, (long bytes, long objects)) in snapshot._sums)
        {
            string name = snapshot.NameOf(type);
            HeapType before = types.GetValueOrDefault(name);
            types[name] = new HeapType(before.Bytes + bytes, before.Objects + objects);
        }

        return types;
    }

    private void OnEvent(int eventId, ReadOnlySpan<byte> payload)
    {
        switch (eventId)
        {
            case BulkNode: AddNodes(payload); break;
            case BulkType: AddTypes(payload); break;
            default: break;
        }
    }

    private void AddNodes(ReadOnlySpan<byte> payload)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> node = payload.Slice(NodesAt + (i * NodeLength), NodeLength);
            long size = BinaryPrimitives.ReadInt64LittleEndian(node[8..]);
            ulong type = BinaryPrimitives.ReadUInt64LittleEndian(node[16..]);
            (long bytes, long objects) = _sums.GetValueOrDefault(type);
            _sums[type] = (bytes + size, objects + 1);
        }
    }

    private void AddTypes(ReadOnlySpan<byte> payload)
    {
        //  uint32 count, uint16 instance
        //  uint64 type, uint64 module, uint32 name id, uint32 flags, byte element type, string name, uint32 count, uint64 parameters each
        int count = BinaryPrimitives.ReadInt32LittleEndian(payload);
        int position = 6;
        for (int i = 0; i < count; i++)
        {
            ulong type = BinaryPrimitives.ReadUInt64LittleEndian(payload[position..]);
            position += 8 + 8 + 4 + 4 + 1;
            string name = NettraceReader.Utf16(payload, ref position);
            var parameters = new ulong[BinaryPrimitives.ReadInt32LittleEndian(payload[position..])];
            position += 4;
            for (int p = 0; p < parameters.Length; p++, position += 8)
            {
                parameters[p] = BinaryPrimitives.ReadUInt64LittleEndian(payload[position..]);
            }

            _types[type] = (name, parameters);
        }
    }

    private string NameOf(ulong type)
    {
        if (!_types.TryGetValue(type, out (string Name, ulong[] Parameters) known))
        {
            return "?";
        }

        return known.Parameters.Length == 0 ? known.Name : $"{known.Name}<{string.Join(", ", known.Parameters.Select(NameOf))}>";
    }
}
