using System.Security.Cryptography;

namespace Hpc.Crypto.KeyAgreement;

/// <summary>
/// One run of a key agreement: an own key pair made at construction, and the shared secret with a peer's public share.
/// Used by client and server alike (both sides of ECDH and DH do the same). Disposed after one use.
/// </summary>
public abstract class KeyAgreement : IDisposable
{
    /// <summary>Hash of the exchange hash and the key derivation.</summary>
    public abstract HashAlgorithmName Hash { get; }

    /// <summary>
    /// The own public share as its SSH field without the length: Q_C/Q_S as a string (RFC 5656 §4, RFC 8731) or e/f as an mpint's content (RFC 4253 §8).
    /// </summary>
    public abstract ReadOnlyMemory<byte> PublicShare { get; }

    /// <summary>
    /// Derives the shared secret, or returns null if the peer's share is not acceptable: wrong length, point not on the curve,
    /// e outside 2..p-2, all-zero X25519 secret (RFC 8731 §3).
    /// The result is K as it enters the exchange hash: the content of an mpint (no length; leading zero byte where the sign bit is set).
    /// </summary>
    public abstract SecretBytes? DeriveSecret(ReadOnlySpan<byte> peerShare);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the private key.</summary>
    protected abstract void Dispose(bool disposing);
}
