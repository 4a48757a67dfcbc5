using System.Buffers;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ssh-ed25519 (RFC 8709).</summary>
internal sealed class Ed25519PrivateKey : NativePrivateKey
{
    private readonly byte[] _point;

    private Ed25519PrivateKey(PkeyHandle key, byte[] point)
        : base(key, Ed25519PublicKey.TryCreate(point)!) => _point = point;

    public override IReadOnlyList<string> Algorithms { get; } = [Ed25519PublicKey.Name];

    public static Ed25519PrivateKey Create(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> expectedPoint, string comment)
    {
        if (seed.Length != Ed25519PublicKey.KeyLength)
        {
            throw new CryptographicException("An Ed25519 seed has 32 bytes.");
        }

        PkeyHandle key = Pkey.ImportRawPrivate(LibCrypto.Ed25519, seed);
        byte[] point = Pkey.RawPublic(key, Ed25519PublicKey.KeyLength);
        if (!expectedPoint.IsEmpty && !expectedPoint.SequenceEqual(point))
        {
            key.Dispose();
            throw new CryptographicException("The public half of the Ed25519 key does not belong to the private one.");
        }

        return new Ed25519PrivateKey(key, point) { Comment = comment };
    }

    internal override void WritePrivateFields(IBufferWriter<byte> destination)
    {
        //  string    "ssh-ed25519"
        //  string    public key
        //  string    seed, public key
        using SecretBytes seed = Pkey.RawPrivate(Key, Ed25519PublicKey.KeyLength);
        using var both = new SecretBytes(2 * Ed25519PublicKey.KeyLength);
        seed.Span.CopyTo(both.Span);
        _point.CopyTo(both.Span[Ed25519PublicKey.KeyLength..]);
        destination.WriteString(Ed25519PublicKey.Name);
        destination.WriteString(_point);
        destination.WriteString(both.Span);
    }

    protected override byte[] SignData(string algorithm, ReadOnlySpan<byte> data) => Pkey.Sign(Key, null, data);
}
