using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Passwords;

/// <summary>The MD5-based crypt of FreeBSD (Poul-Henning Kamp, 1994), and Apache's, which differs in the prefix that is hashed too.</summary>
internal static class Md5Crypt
{
    public const int MaxSaltLength = 8;
    public const int TextLength = 22;

    private const int Rounds = 1000;
    private const int DigestLength = 16;

    // Which byte of the digest goes where: three at a time, the first one highest; the last one alone.
    private static readonly byte[] Order = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5];

    /// <summary>The 22 letters behind the salt.</summary>
    public static void Compute(ReadOnlySpan<byte> password, string prefix, string saltText, Span<char> text)
    {
        byte[] salt = Encoding.ASCII.GetBytes(saltText);
        Span<byte> digest = stackalloc byte[DigestLength];
        using var message = new CryptMessage((2 * password.Length) + salt.Length + prefix.Length + DigestLength);
        First(message, password, prefix, salt, digest);
        for (int round = 0; round < Rounds; round++)
        {
            message.Clear();
            message.Append((round & 1) != 0 ? password : digest);
            if (round % 3 != 0)
            {
                message.Append(salt);
            }

            if (round % 7 != 0)
            {
                message.Append(password);
            }

            message.Append((round & 1) != 0 ? digest : password);
            CryptographicOperations.HashData(HashAlgorithmName.MD5, message.Bytes, digest);
        }

        int at = 0;
        for (int i = 0; i < Order.Length; i += 3)
        {
            uint group = ((uint)digest[Order[i]] << 16) | ((uint)digest[Order[i + 1]] << 8) | digest[Order[i + 2]];
            at = PasswordText.WriteCrypt64(text, at, group, 4);
        }

        PasswordText.WriteCrypt64(text, at, digest[11], 2);
        CryptographicOperations.ZeroMemory(digest);
    }

    private static void First(CryptMessage message, ReadOnlySpan<byte> password, string prefix, ReadOnlySpan<byte> salt, Span<byte> digest)
    {
        message.Append(password);
        message.Append(salt);
        message.Append(password);
        CryptographicOperations.HashData(HashAlgorithmName.MD5, message.Bytes, digest);

        message.Clear();
        message.Append(password);
        message.Append(Encoding.ASCII.GetBytes(prefix));
        message.Append(salt);
        message.AppendRepeated(digest, password.Length);

        // A slip of the first implementation that all have kept: a zero or the first letter for each bit of the length.
        for (int bits = password.Length; bits != 0; bits >>= 1)
        {
            message.Append((bits & 1) != 0 ? (byte)0 : password[0]);
        }

        CryptographicOperations.HashData(HashAlgorithmName.MD5, message.Bytes, digest);
    }
}
