using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.KeyAgreement;

/// <summary>curve25519-sha256 (RFC 8731).</summary>
internal sealed class Curve25519KeyAgreement : KeyAgreement
{
    private const int Length = 32;

    private readonly PkeyHandle _key;
    private readonly byte[] _publicShare;

    public Curve25519KeyAgreement()
    {
        using var scalar = new SecretBytes(Length);
        RandomNumberGenerator.Fill(scalar.Span);
        _key = Pkey.ImportRawPrivate(LibCrypto.X25519, scalar.Span);
        _publicShare = Pkey.RawPublic(_key, Length);
    }

    /// <summary>With a given private key, for known-answer tests.</summary>
    internal Curve25519KeyAgreement(ReadOnlySpan<byte> scalar)
    {
        _key = Pkey.ImportRawPrivate(LibCrypto.X25519, scalar);
        _publicShare = Pkey.RawPublic(_key, Length);
    }

    public override HashAlgorithmName Hash => HashAlgorithmName.SHA256;

    public override ReadOnlyMemory<byte> PublicShare => _publicShare;

    public override SecretBytes? DeriveSecret(ReadOnlySpan<byte> peerShare)
    {
        if (peerShare.Length != Length)
        {
            return null;
        }

        using PkeyHandle? peer = Pkey.TryImportRawPublic(LibCrypto.X25519, peerShare);
        using SecretBytes? secret = peer is null ? null : Pkey.Derive(_key, peer, Length);
        return secret is null || IsZero(secret.Span) ? null : Mpint.ToSecret(secret.Span);
    }

    protected override void Dispose(bool disposing) => _key.Dispose();

    // A low-order share makes the secret all zero (RFC 8731 §3); compared without an early exit.
    private static bool IsZero(ReadOnlySpan<byte> secret)
    {
        int union = 0;
        foreach (byte value in secret)
        {
            union |= value;
        }

        return union == 0;
    }
}
