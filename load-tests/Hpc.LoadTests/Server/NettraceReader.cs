using System.Buffers.Binary;
using System.Text;

namespace Hpc.LoadTests.Server;

/// <summary>Walks the events of a trace (https://github.com/microsoft/perfview/blob/main/src/TraceEvent/EventPipe/EventPipeFormat.md, version 4).</summary>
internal sealed class NettraceReader(byte[] trace)
{
    //  "Nettrace", int32 20, "!FastSerialization.1"
    private const int PreambleLength = 8 + 4 + 20;

    private const byte BeginObject = 5;
    private const byte EndObject = 6;

    // Trace object: two times, frequency, sizes and counts.
    private const int TraceLength = 48;

    private readonly Dictionary<uint, int> _eventOf = [];

    public delegate void EventHandler(int eventId, ReadOnlySpan<byte> payload);

    /// <summary>Hands out every event with its number at its provider.</summary>
    public void Read(EventHandler onEvent)
    {
        int position = PreambleLength;
        while (position < trace.Length && trace[position] == BeginObject)
        {
            //  BeginObject, BeginObject, null, int32 version, int32 minimum version, string name, EndObject
            int nameLength = Int32(position + 11);
            string name = Encoding.UTF8.GetString(trace, position + 15, nameLength);
            position += 15 + nameLength + 1;
            if (name == "Trace")
            {
                position += TraceLength;
            }
            else
            {
                int length = Int32(position);
                position = (position + 4 + 3) & ~3;
                ReadBlock(name, trace.AsSpan(position, length), onEvent);
                position += length;
            }

            if (trace[position++] != EndObject)
            {
                throw new LoadException("The heap trace cannot be read.");
            }
        }
    }

    private void ReadBlock(string name, ReadOnlySpan<byte> block, EventHandler onEvent)
    {
        bool isMetadata = name == "MetadataBlock";
        if (!isMetadata && name != "EventBlock")
        {
            return;
        }

        int position = BinaryPrimitives.ReadInt16LittleEndian(block);
        uint metadata = 0;
        int payloadLength = 0;
        while (position < block.Length)
        {
            ReadHeader(block, ref position, ref metadata, ref payloadLength);
            ReadOnlySpan<byte> payload = block.Slice(position, payloadLength);
            position += payloadLength;
            if (isMetadata)
            {
                Learn(payload);
            }
            else if (_eventOf.TryGetValue(metadata, out int eventId))
            {
                onEvent(eventId, payload);
            }
        }
    }

    // Compressed headers: what is left out is as in the event before.
    private static void ReadHeader(ReadOnlySpan<byte> block, ref int position, ref uint metadata, ref int payloadLength)
    {
        byte flags = block[position++];
        if ((flags & 1) != 0)
        {
            metadata = (uint)Variable(block, ref position);
        }

        // sequence number, capturing thread, processor
        for (int i = 0; (flags & 2) != 0 && i < 3; i++)
        {
            Variable(block, ref position);
        }

        // thread, stack
        for (int bit = 4; bit <= 8; bit <<= 1)
        {
            if ((flags & bit) != 0)
            {
                Variable(block, ref position);
            }
        }

        Variable(block, ref position);
        position += ((flags & 16) != 0 ? 16 : 0) + ((flags & 32) != 0 ? 16 : 0);
        if ((flags & 128) != 0)
        {
            payloadLength = (int)Variable(block, ref position);
        }
    }

    private static ulong Variable(ReadOnlySpan<byte> block, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = block[position++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private void Learn(ReadOnlySpan<byte> payload)
    {
        //  int32 id; string provider (UTF-16, zero at the end); int32 event id; …
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        int position = 4;
        Utf16(payload, ref position);
        _eventOf[id] = BinaryPrimitives.ReadInt32LittleEndian(payload[position..]);
    }

    /// <summary>A string that ends with a zero character.</summary>
    public static string Utf16(ReadOnlySpan<byte> bytes, ref int position)
    {
        int start = position;
        while (bytes[position] != 0 || bytes[position + 1] != 0)
        {
            position += 2;
        }

        string text = Encoding.Unicode.GetString(bytes[start..position]);
        position += 2;
        return text;
    }

    private int Int32(int position) => BinaryPrimitives.ReadInt32LittleEndian(trace.AsSpan(position));
}
