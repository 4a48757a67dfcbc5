using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Lookup;

/// <summary>Tells one content of an object from another where versions and stamps may have begun again.</summary>
internal static class StoredDigest
{
    /// <summary>The first half of the SHA-256 of the document.</summary>
    public static UInt128 Of(StoredObject stored)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(stored.Document.Span, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
