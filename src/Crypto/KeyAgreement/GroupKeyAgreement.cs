using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.KeyAgreement;

/// <summary>Finite-field Diffie-Hellman (RFC 4253 §8, RFC 4419, RFC 8268).</summary>
internal sealed class GroupKeyAgreement : KeyAgreement
{
    // Twice the 256 bits of the strongest cipher (RFC 4419 §6.2), at any group size; a longer exponent adds time, not strength.
    private const int ExponentLength = 64;

    private readonly DhGroup _group;
    private readonly SecretBytes _exponent = new(ExponentLength);
    private readonly byte[] _publicShare;

    public GroupKeyAgreement(DhGroup group, HashAlgorithmName hash)
    {
        _group = group;
        Hash = hash;
        RandomNumberGenerator.Fill(_exponent.Span);

        // The top bit fixes the length and so the running time.
        _exponent.Span[0] |= 0x80;
        byte[] share = new byte[group.P.Length];
        BigNumberMath.PowMod(group.G.Span, _exponent.Span, group.P.Span, share);
        _publicShare = Mpint.ToArray(share);
    }

    public override HashAlgorithmName Hash { get; }

    public override ReadOnlyMemory<byte> PublicShare => _publicShare;

    public override SecretBytes? DeriveSecret(ReadOnlySpan<byte> peerShare)
    {
        if (!_group.IsShare(peerShare))
        {
            return null;
        }

        using var secret = new SecretBytes(_group.P.Length);
        BigNumberMath.PowMod(Mpint.Magnitude(peerShare), _exponent.Span, _group.P.Span, secret.Span);

        // K = 1 and K = p-1 come from shares of order one and two only; NIST SP 800-56A §5.7.1.1 refuses them.
        return _group.IsInner(secret.Span) ? Mpint.ToSecret(secret.Span) : null;
    }

    protected override void Dispose(bool disposing) => _exponent.Dispose();
}
