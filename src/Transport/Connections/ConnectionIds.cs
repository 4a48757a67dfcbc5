using System.Globalization;
using System.Security.Cryptography;

namespace Hpc.Transport.Connections;

/// <summary>Ids that are unique on this node, and between runs of it with all likelihood: eight random hex digits per process and a counter.</summary>
internal static class ConnectionIds
{
    private static readonly string Prefix = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private static long _last;

    public static string Next() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref _last)}");
}
