using System.Buffers.Binary;

namespace Hpc.FtpProtocol.Hashes;

/// <summary>CRC-32 of IEEE 802.3, eight bytes a step.</summary>
internal sealed class Crc32Hash : RunningHash
{
    // Reflected.
    private const uint Polynomial = 0xEDB88320;
    private const int Slices = 8;
    private const int SliceLength = 256;
    private static readonly uint[] Tables = MakeTables();
    private uint _state = uint.MaxValue;

    public override void Append(ReadOnlySpan<byte> data)
    {
        uint state = _state;
        ReadOnlySpan<uint> tables = Tables;
        while (data.Length >= Slices)
        {
            uint low = state ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = tables[(7 * SliceLength) + (byte)low] ^ tables[(6 * SliceLength) + (byte)(low >> 8)]
                ^ tables[(5 * SliceLength) + (byte)(low >> 16)] ^ tables[(4 * SliceLength) + (byte)(low >> 24)]
                ^ tables[(3 * SliceLength) + (byte)high] ^ tables[(2 * SliceLength) + (byte)(high >> 8)]
                ^ tables[SliceLength + (byte)(high >> 16)] ^ tables[(byte)(high >> 24)];
            data = data[Slices..];
        }

        foreach (byte value in data)
        {
            state = tables[(byte)(state ^ value)] ^ (state >> 8);
        }

        _state = state;
    }

    public override byte[] Finish()
    {
        byte[] hash = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(hash, ~_state);
        return hash;
    }

    public override void Dispose()
    {
    }

    private static uint[] MakeTables()
    {
        uint[] tables = new uint[Slices * SliceLength];
        for (uint i = 0; i < SliceLength; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value >> 1) ^ ((value & 1) != 0 ? Polynomial : 0);
            }

            tables[i] = value;
        }

        for (int i = SliceLength; i < tables.Length; i++)
        {
            uint before = tables[i - SliceLength];
            tables[i] = tables[(byte)before] ^ (before >> 8);
        }

        return tables;
    }
}
