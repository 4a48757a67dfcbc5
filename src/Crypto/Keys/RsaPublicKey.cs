using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ssh-rsa keys (RFC 4253 §6.6) with the signature algorithms of RFC 8332.</summary>
internal sealed class RsaPublicKey : NativePublicKey
{
    public const string Name = "ssh-rsa";

    // Below 1,024 bits a key is a toy; above 16,384 verifying one is an attack on the verifier (libcrypto stops there, too).
    public const int MinBits = 1024;
    public const int MaxBits = 16384;

    // RFC 8332 and NIST SP 800-131A: below this no signature is accepted unless the caller insists.
    public const int StrongBits = 2048;

    private const int MaxExponentLength = 8;

    private readonly bool _allowWeak;

    private RsaPublicKey(PkeyHandle key, byte[] blob, int bits, bool allowWeak)
        : base(key, blob)
    {
        Bits = bits;
        _allowWeak = allowWeak;
    }

    public override string KeyType => Name;

    public override int Bits { get; }

    private int ModulusLength => (Bits + 7) / 8;

    //  string    "ssh-rsa"
    //  mpint     e
    //  mpint     n
    public static bool TryRead(ref KeyBlobReader reader, bool allowWeak, [NotNullWhen(true)] out SshPublicKey? key)
    {
        key = reader.TryReadPositive(out ReadOnlySpan<byte> e) && reader.TryReadPositive(out ReadOnlySpan<byte> n) && reader.IsAtEnd
            ? TryCreate(n, e, allowWeak)
            : null;
        return key is not null;
    }

    /// <summary>From unsigned big-endian numbers without leading zeros; null if they are outside the bounds.</summary>
    public static RsaPublicKey? TryCreate(ReadOnlySpan<byte> n, ReadOnlySpan<byte> e, bool allowWeak)
    {
        if (n.Length is < MinBits / 8 or > MaxBits / 8 || (n[^1] & 1) == 0 || e.IsEmpty || e.Length > MaxExponentLength
            || (e[^1] & 1) == 0 || (e.Length == 1 && e[0] < 3))
        {
            return null;
        }

        int bits = (n.Length * 8) - (BitOperations.LeadingZeroCount(n[0]) - 24);
        using var parameters = new OsslParameterList();
        parameters.AddNumber("n", n);
        parameters.AddNumber("e", e);
        PkeyHandle? handle = bits < MinBits ? null : Pkey.TryImport("RSA", LibCrypto.SelectPublicKey, parameters);
        if (handle is null)
        {
            return null;
        }

        var blob = new ArrayBufferWriter<byte>();
        blob.WriteString(Name);
        blob.WriteMpint(e);
        blob.WriteMpint(n);
        return new RsaPublicKey(handle, blob.WrittenSpan.ToArray(), bits, allowWeak);
    }

    public static string? DigestOf(string algorithm) => algorithm switch
    {
        "rsa-sha2-512" => "SHA2-512",
        "rsa-sha2-256" => "SHA2-256",
        Name => "SHA1",
        _ => null,
    };

    protected override bool VerifySignature(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (DigestOf(algorithm) is not { } digest || (Bits < StrongBits && !_allowWeak) || signature.IsEmpty || signature.Length > ModulusLength)
        {
            return false;
        }

        // Some clients drop the leading zero bytes of a signature (OpenSSH accepts that, too).
        Span<byte> padded = new byte[ModulusLength];
        signature.CopyTo(padded[^signature.Length..]);
        return Pkey.Verify(Key, digest, data, padded);
    }
}
