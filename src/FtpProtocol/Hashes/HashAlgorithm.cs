using System.Diagnostics.CodeAnalysis;

namespace Hpc.FtpProtocol.Hashes;

/// <summary>A hash that clients compare files by. MD5, SHA-1 and CRC-32 find damage, they prove nothing about an author.</summary>
internal sealed class HashAlgorithm
{
    private HashAlgorithm(string name, string? libraryName)
    {
        Name = name;
        LibraryName = libraryName;
    }

    public static HashAlgorithm Crc32 { get; } = new("CRC32", null);

    public static HashAlgorithm Md5 { get; } = new("MD5", "MD5");

    public static HashAlgorithm Sha1 { get; } = new("SHA-1", "SHA1");

    public static HashAlgorithm Sha256 { get; } = new("SHA-256", "SHA256");

    public static HashAlgorithm Sha512 { get; } = new("SHA-512", "SHA512");

    /// <summary>Until OPTS HASH says otherwise.</summary>
    public static HashAlgorithm Default => Sha256;

    /// <summary>As HASH and its option name it.</summary>
    public string Name { get; }

    private string? LibraryName { get; }

    private static IReadOnlyList<HashAlgorithm> All => field ??= [Sha256, Sha512, Sha1, Md5, Crc32];

    public static bool TryFind(string name, [NotNullWhen(true)] out HashAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return algorithm is not null;
    }

    /// <summary>All of them as FEAT has them, with a star at one.</summary>
    public static string List(HashAlgorithm chosen) => string.Join(';', All.Select(known => known == chosen ? known.Name + "*" : known.Name));

    /// <summary>A hash that begins.</summary>
    public RunningHash Begin() => LibraryName is { } name ? new LibraryHash(name) : new Crc32Hash();
}
