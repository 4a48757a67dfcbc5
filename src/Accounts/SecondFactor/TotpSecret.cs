using System.Security.Cryptography;

namespace Hpc.Accounts.SecondFactor;

/// <summary>Shared secrets of one-time passwords, and how they are told to an authenticator.</summary>
public static class TotpSecret
{
    /// <summary>Shortest secret in bytes (RFC 4226 §4 R6).</summary>
    public const int MinBytes = 16;

    /// <summary>A new one in base32, as long as the hash is (RFC 6238 §5.1).</summary>
    public static string New(TotpAlgorithm algorithm)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(algorithm switch
        {
            TotpAlgorithm.Sha256 => SHA256.HashSizeInBytes,
            TotpAlgorithm.Sha512 => SHA512.HashSizeInBytes,
            _ => SHA1.HashSizeInBytes,
        });
        string text = Base32.Encode(secret);
        CryptographicOperations.ZeroMemory(secret);
        return text;
    }

    /// <summary>True if a text is a secret that codes can be made from.</summary>
    public static bool IsValid(string? text) => Base32.TryDecode(text, out byte[]? secret) && secret.Length >= MinBytes;

    /// <summary>The <c>otpauth://</c> address that authenticators read from a QR code.</summary>
    public static string ToUri(TotpSettings settings, string accountName, string secret)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string issuer = Uri.EscapeDataString(settings.Issuer);
        string name = Uri.EscapeDataString(accountName);
        return $"otpauth://totp/{issuer}:{name}?algorithm={settings.AlgorithmName.ToUpperInvariant()}&digits={Totp.Digits}&issuer={issuer}&period={Totp.Period}&secret={secret.TrimEnd('=')}";
    }
}
