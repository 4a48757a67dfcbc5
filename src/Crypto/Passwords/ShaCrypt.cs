using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Passwords;

/// <summary>SHA-256 and SHA-512 crypt (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512", 2007).</summary>
internal sealed class ShaCrypt(HashAlgorithmName digest, int digestLength)
{
    public const int DefaultRounds = 5000;
    public const int MinRounds = 1000;
    public const int MaxSaltLength = 16;

    private const int MaxDigestLength = 64;

    public int TextLength { get; } = ((digestLength * 8) + 5) / 6;

    /// <summary>The letters behind the salt.</summary>
    public void Compute(ReadOnlySpan<byte> password, string saltText, int rounds, Span<char> text)
    {
        byte[] salt = Encoding.ASCII.GetBytes(saltText);
        Span<byte> room = stackalloc byte[MaxDigestLength];
        Span<byte> a = room[..digestLength];
        using var message = new CryptMessage((2 * password.Length) + salt.Length + (2 * digestLength));
        using var passwordSequence = new CryptMessage(password.Length);
        using var saltSequence = new CryptMessage(salt.Length);

        First(message, password, salt, a);
        Sequence(password, password.Length, passwordSequence);
        Sequence(salt, 16 + a[0], saltSequence);
        for (int round = 0; round < rounds; round++)
        {
            message.Clear();
            message.Append((round & 1) != 0 ? passwordSequence.Bytes : a);
            if (round % 3 != 0)
            {
                message.Append(saltSequence.Bytes);
            }

            if (round % 7 != 0)
            {
                message.Append(passwordSequence.Bytes);
            }

            message.Append((round & 1) != 0 ? a : passwordSequence.Bytes);
            Digest(message, a);
        }

        Write(a, text);
        CryptographicOperations.ZeroMemory(room);
    }

    // Digest A: password, salt, digest B as long as the password, then digest B or the password for each bit of the length.
    private void First(CryptMessage message, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, Span<byte> a)
    {
        Span<byte> room = stackalloc byte[MaxDigestLength];
        Span<byte> b = room[..digestLength];
        message.Append(password);
        message.Append(salt);
        message.Append(password);
        Digest(message, b);

        message.Clear();
        message.Append(password);
        message.Append(salt);
        message.AppendRepeated(b, password.Length);
        for (int bits = password.Length; bits != 0; bits >>= 1)
        {
            message.Append((bits & 1) != 0 ? b : password);
        }

        Digest(message, a);
        CryptographicOperations.ZeroMemory(room);
    }

    // The digest of a piece, times over, repeated to the length of the piece.
    private void Sequence(ReadOnlySpan<byte> piece, int times, CryptMessage sequence)
    {
        Span<byte> room = stackalloc byte[MaxDigestLength];
        Span<byte> hash = room[..digestLength];
        using (var running = IncrementalHash.CreateHash(digest))
        {
            for (int i = 0; i < times; i++)
            {
                running.AppendData(piece);
            }

            running.GetHashAndReset(hash);
        }

        sequence.AppendRepeated(hash, piece.Length);
        CryptographicOperations.ZeroMemory(room);
    }

    private void Digest(CryptMessage message, Span<byte> hash) => CryptographicOperations.HashData(digest, message.Bytes, hash);

    /// <summary>Three bytes at a time, one of each third of the digest; who of the three is highest takes turns.</summary>
    private void Write(ReadOnlySpan<byte> a, Span<char> text)
    {
        int third = digestLength / 3;
        int first = 0;
        int second = third;
        int last = 2 * third;
        int at = 0;
        for (int i = 0; i < third; i++)
        {
            at = PasswordText.WriteCrypt64(text, at, ((uint)a[first] << 16) | ((uint)a[second] << 8) | a[last], 4);
            (first, second, last) = digestLength == MaxDigestLength
                ? (second + 1, last + 1, first + 1)
                : (last + 1, first + 1, second + 1);
        }

        uint rest = digestLength == MaxDigestLength ? a[63] : ((uint)a[31] << 8) | a[30];
        PasswordText.WriteCrypt64(text, at, rest, text.Length - at);
    }
}
