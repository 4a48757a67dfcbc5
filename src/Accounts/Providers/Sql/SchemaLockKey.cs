using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Hpc.Accounts.Sql;

/// <summary>A number for the lock of migrations of one set of tables, the same on every node.</summary>
internal static class SchemaLockKey
{
    public static long Of(string prefix) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("hpc schema lock " + prefix)));
}
