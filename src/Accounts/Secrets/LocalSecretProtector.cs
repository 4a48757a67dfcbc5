using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Crypto;
using Hpc.Crypto.Secrets;

namespace Hpc.Accounts.Secrets;

/// <summary>
/// Secrets in NaCl's secretbox (R16.8): <c>key</c> is the hexadecimal of 32 random bytes, <c>payload</c> the base64 of nonce and box, and the
/// key of the box is derived from that key, from <c>additional_data</c> and in mode 1 from the master key. Secrets of mode 0, which hold all
/// that opens them, come from elsewhere and are opened; <c>AES-256-GCM</c> and the services' own are not.
/// </summary>
public sealed class LocalSecretProtector : ISecretProtector
{
    private const int ModeWithMasterKey = 1;

    // Strict: what does not decode was not encrypted by anybody.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MasterKey? _masterKey;

    /// <summary>Makes one; it does not dispose the key.</summary>
    /// <param name="masterKey">Null encrypts in mode 0, which protects against a glance alone.</param>
    public LocalSecretProtector(MasterKey? masterKey) => _masterKey = masterKey;

    /// <inheritdoc/>
    public Secret Protect(Secret secret, string objectName)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(objectName);

        // A payload of no status is nobody's ciphertext, and is never stored as it is.
        if (!secret.IsPlain && secret.Status.Length != 0)
        {
            return secret;
        }

        if (secret.Payload.Length == 0)
        {
            return new Secret();
        }

        int mode = _masterKey is null ? 0 : ModeWithMasterKey;
        byte[] key = RandomNumberGenerator.GetBytes(Secretbox.KeyLength);
        byte[] nonce = RandomNumberGenerator.GetBytes(Secretbox.NonceLength);
        using SecretBytes boxKey = DeriveKey(key, objectName, mode);
        using var message = new SecretBytes(Encoding.UTF8.GetByteCount(secret.Payload));
        Encoding.UTF8.GetBytes(secret.Payload, message.Span);
        byte[] box = Secretbox.Seal(boxKey.Span, nonce, message.Span);
        return new Secret
        {
            Status = SecretStatus.Secretbox,
            Payload = Convert.ToBase64String([.. nonce, .. box]),
            Key = Convert.ToHexStringLower(key),
            AdditionalData = objectName,
            Mode = mode,
        };
    }

    /// <inheritdoc/>
    public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
    {
        ArgumentNullException.ThrowIfNull(secret);
        value = secret.Payload;
        if (secret.IsPlain || secret.IsEmpty)
        {
            return true;
        }

        value = null;
        return secret.Status == SecretStatus.Secretbox
            && (secret.Mode == 0 || (secret.Mode == ModeWithMasterKey && _masterKey is not null))
            && TryDecode(secret, out byte[] key, out byte[] payload)
            && TryOpen(secret, key, payload, out value);
    }

    private static bool TryDecode(Secret secret, out byte[] key, out byte[] payload)
    {
        key = new byte[Secretbox.KeyLength];
        payload = new byte[((secret.Payload.Length / 4) * 3) + 3];
        if (secret.Key.Length != 2 * key.Length
            || Convert.FromHexString(secret.Key, key, out _, out _) != System.Buffers.OperationStatus.Done
            || !Convert.TryFromBase64String(secret.Payload, payload, out int length))
        {
            return false;
        }

        payload = payload[..length];
        return length >= Secretbox.NonceLength + Secretbox.Overhead;
    }

    private bool TryOpen(Secret secret, byte[] key, byte[] payload, [NotNullWhen(true)] out string? value)
    {
        value = null;
        using SecretBytes boxKey = DeriveKey(key, secret.AdditionalData, secret.Mode);
        bool opens = Secretbox.TryOpen(boxKey.Span, payload.AsSpan(0, Secretbox.NonceLength), payload.AsSpan(Secretbox.NonceLength), out SecretBytes message);
        using (message)
        {
            if (!opens)
            {
                return false;
            }

            try
            {
                value = Utf8.GetString(message.Span);
                return true;
            }
            catch (DecoderFallbackException)
            {
                return false;
            }
        }
    }

    /// <summary>HKDF-SHA256 (RFC 5869) of the master key, or of SHA256(key ‖ additional data ‖ key), salted with the key.</summary>
    private SecretBytes DeriveKey(byte[] key, string additionalData, int mode)
    {
        byte[] info = Encoding.UTF8.GetBytes(additionalData);
        var derived = new SecretBytes(Secretbox.KeyLength);
        if (mode == ModeWithMasterKey)
        {
            HKDF.DeriveKey(HashAlgorithmName.SHA256, _masterKey!.Span, derived.Span, key, info);
            return derived;
        }

        using var secret = new SecretBytes(SHA256.HashData([.. key, .. info, .. key]));
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret.Span, derived.Span, key, info);
        return derived;
    }
}
