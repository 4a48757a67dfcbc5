using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Hpc.Accounts.SecondFactor;

/// <summary>One-time passwords by time (RFC 6238): six digits, steps of 30 seconds from the Unix epoch, one step of skew either way.</summary>
public static class Totp
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Seconds of a step.</summary>
    public const int Period = 30;

    /// <summary>Steps before and after the one of now whose codes are taken.</summary>
    public const int Skew = 1;

    private const uint Modulus = 1_000_000;

    /// <summary>The step that a time is in.</summary>
    public static long StepOf(DateTimeOffset time) => Math.Max(time.ToUnixTimeSeconds(), 0) / Period;

    /// <summary>When the codes of a step are taken no more.</summary>
    public static DateTimeOffset EndOf(long step) => DateTimeOffset.FromUnixTimeSeconds((step + 1 + Skew) * Period);

    /// <summary>The code of a step.</summary>
    public static string Compute(ReadOnlySpan<byte> secret, TotpAlgorithm algorithm, long step) =>
        Truncate(secret, algorithm, step).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>True if a text has the form of a code.</summary>
    public static bool IsCode(ReadOnlySpan<char> text) => text.Length == Digits && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Looks for the step whose code this is, in the same time whether and where it is found; -1 if it is none's.</summary>
    public static long FindStep(ReadOnlySpan<byte> secret, TotpAlgorithm algorithm, ReadOnlySpan<char> code, DateTimeOffset now)
    {
        if (!IsCode(code))
        {
            return -1;
        }

        uint given = uint.Parse(code, NumberStyles.None, CultureInfo.InvariantCulture);
        long current = StepOf(now);
        long found = -1;
        for (long step = Math.Max(current - Skew, 0); step <= current + Skew; step++)
        {
            // All ones where the two are the same, without a branch.
            long isSame = ((long)(Truncate(secret, algorithm, step) ^ given) - 1) >> 63;
            found = (found & ~isSame) | (step & isSame);
        }

        return found;
    }

    /// <summary>RFC 4226 §5.3.</summary>
    private static uint Truncate(ReadOnlySpan<byte> secret, TotpAlgorithm algorithm, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> digest = stackalloc byte[HMACSHA512.HashSizeInBytes];
        int length = Digest(secret, algorithm, counter, digest);
        int offset = digest[length - 1] & 0x0F;
        uint value = BinaryPrimitives.ReadUInt32BigEndian(digest[offset..]) & 0x7FFF_FFFF;
        CryptographicOperations.ZeroMemory(digest);
        return value % Modulus;
    }

#pragma warning disable CA5350 // RFC 6238 is HMAC-SHA-1 by default, which collisions of SHA-1 do not touch.
    private static int Digest(ReadOnlySpan<byte> secret, TotpAlgorithm algorithm, ReadOnlySpan<byte> counter, Span<byte> digest) => algorithm switch
    {
        TotpAlgorithm.Sha1 => HMACSHA1.HashData(secret, counter, digest),
        TotpAlgorithm.Sha256 => HMACSHA256.HashData(secret, counter, digest),
        TotpAlgorithm.Sha512 => HMACSHA512.HashData(secret, counter, digest),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
#pragma warning restore CA5350
}
