using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Hashes that clients compare files by. MD5, SHA-1 and CRC-32 find damage, they prove nothing about an author.</summary>
internal abstract class FileHash : IDisposable
{
    /// <summary>What may be known of a file without reading it.</summary>
    public const string Sha256 = "sha256";

    private static readonly string[] Names = ["md5", "sha1", Sha256, "sha384", "sha512", "crc32"];

    public abstract int Length { get; }

    /// <summary>The first known name of a comma-separated list.</summary>
    public static bool TryChoose(string list, out string name)
    {
        foreach (string wanted in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (Names.Contains(wanted, StringComparer.Ordinal))
            {
                name = wanted;
                return true;
            }
        }

        name = "";
        return false;
    }

    public static FileHash Create(string name) => name == "crc32" ? new Crc32Hash() : new CryptographicHash(name);

    public abstract void Append(ReadOnlySpan<byte> data);

    /// <summary>The hash of what was appended; begins anew.</summary>
    public abstract byte[] Finish();

    public abstract void Dispose();

    private sealed class CryptographicHash(string name) : FileHash
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(new HashAlgorithmName(name.ToUpperInvariant()));

        public override int Length => _hash.HashLengthInBytes;

        public override void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

        public override byte[] Finish() => _hash.GetHashAndReset();

        public override void Dispose() => _hash.Dispose();
    }

    private sealed class Crc32Hash : FileHash
    {
        // IEEE 802.3, reflected.
        private const uint Polynomial = 0xEDB88320;
        private static readonly uint[] Table = MakeTable();
        private uint _state = uint.MaxValue;

        public override int Length => 4;

        public override void Append(ReadOnlySpan<byte> data)
        {
            uint state = _state;
            foreach (byte value in data)
            {
                state = Table[(byte)(state ^ value)] ^ (state >> 8);
            }

            _state = state;
        }

        public override byte[] Finish()
        {
            byte[] hash = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(hash, ~_state);
            _state = uint.MaxValue;
            return hash;
        }

        public override void Dispose()
        {
        }

        private static uint[] MakeTable()
        {
            var table = new uint[256];
            for (uint i = 0; i < table.Length; i++)
            {
                uint value = i;
                for (int bit = 0; bit < 8; bit++)
                {
                    value = (value >> 1) ^ ((value & 1) != 0 ? Polynomial : 0);
                }

                table[i] = value;
            }

            return table;
        }
    }
}
