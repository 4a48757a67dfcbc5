using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.KeyAgreement;

/// <summary>ecdh-sha2-nistp256, -nistp384, -nistp521 (RFC 5656 §4).</summary>
internal sealed class NistCurveKeyAgreement : KeyAgreement
{
    private readonly NistCurve _curve;
    private readonly PkeyHandle _key;
    private readonly byte[] _publicShare;

    public NistCurveKeyAgreement(NistCurve curve, HashAlgorithmName hash)
    {
        _curve = curve;
        Hash = hash;
        _key = Pkey.GenerateEc(curve.Group);
        _publicShare = Pkey.EncodedPoint(_key);
    }

    public override HashAlgorithmName Hash { get; }

    public override ReadOnlyMemory<byte> PublicShare => _publicShare;

    public override SecretBytes? DeriveSecret(ReadOnlySpan<byte> peerShare)
    {
        using PkeyHandle? peer = _curve.TryImport(peerShare);
        using SecretBytes? secret = peer is null ? null : Pkey.Derive(_key, peer, _curve.FieldLength);
        return secret is null ? null : Mpint.ToSecret(secret.Span);
    }

    protected override void Dispose(bool disposing) => _key.Dispose();
}
