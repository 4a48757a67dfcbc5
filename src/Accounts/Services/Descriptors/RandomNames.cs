using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Names that cannot be guessed.</summary>
internal static class RandomNames
{
    /// <summary>What a name from elsewhere may be, in words.</summary>
    public const string Allowed = "1 to 128 letters, digits, '-' and '_'";

    private const int MaxLength = 128;

    // 128 bits: whoever knows the name of a share without a password has what is shared.
    private const int NameLength = 16;
    private const int KeyLength = 32;

    private static readonly SearchValues<char> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    public static bool IsName(string value) => value.Length is > 0 and <= MaxLength && !value.AsSpan().ContainsAnyExcept(Letters);

    public static string NewName() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NameLength));

    public static string NewKey() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyLength));
}
