using System.Collections.Concurrent;
using System.Text;

namespace Hpc.Crypto.Interop;

/// <summary>Algorithms fetched from libcrypto's providers: once per process, never freed.</summary>
internal static unsafe class Fetched
{
    private static readonly ConcurrentDictionary<string, nint> CipherTable = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, nint> MacTable = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, nint> DigestTable = new(StringComparer.Ordinal);

    public static nint Cipher(string name) => CipherTable.GetOrAdd(name, static n => Fetch(n, &LibCrypto.EVP_CIPHER_fetch));

    public static nint Mac(string name) => MacTable.GetOrAdd(name, static n => Fetch(n, &LibCrypto.EVP_MAC_fetch));

    public static nint Digest(string name) => DigestTable.GetOrAdd(name, static n => Fetch(n, &LibCrypto.EVP_MD_fetch));

    private static nint Fetch(string name, delegate*<nint, byte*, byte*, nint> fetch)
    {
        fixed (byte* bytes = Encoding.ASCII.GetBytes(name + '\0'))
        {
            nint algorithm = fetch(0, bytes, null);
            LibCrypto.Require(algorithm != 0, $"fetching {name}");
            return algorithm;
        }
    }
}
