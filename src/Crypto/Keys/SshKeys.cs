using System.Buffers;

namespace Hpc.Crypto.Keys;

/// <summary>A public key that can verify SSH signatures.</summary>
public abstract class SshPublicKey : IDisposable
{
    /// <summary>Key type in the blob: <c>ssh-ed25519</c>, <c>ecdsa-sha2-nistp256</c>, <c>ssh-rsa</c>, ….</summary>
    public abstract string KeyType { get; }

    /// <summary>The public key blob (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709 §4).</summary>
    public abstract ReadOnlyMemory<byte> Blob { get; }

    /// <summary>Strength as operators know it: RSA modulus bits, 256/384/521, or 256 for Ed25519.</summary>
    public abstract int Bits { get; }

    /// <summary>
    /// Verifies an SSH signature blob (<c>string algorithm, string signature</c>) made with exactly <paramref name="algorithm"/>
    /// (<c>rsa-sha2-256</c> for an <c>ssh-rsa</c> key, say). Anything malformed, of another algorithm or with trailing bytes is false.
    /// </summary>
    public abstract bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signatureBlob);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees native keys.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>A private key that can make SSH signatures. Thread-safe: host keys sign for many connections at once.</summary>
public abstract class SshPrivateKey : IDisposable
{
    /// <summary>The matching public key.</summary>
    public abstract SshPublicKey PublicKey { get; }

    /// <summary>Comment of the key file; may be empty.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Signature algorithms that this key can do, best first (RSA: rsa-sha2-512, rsa-sha2-256, ssh-rsa).</summary>
    public abstract IReadOnlyList<string> Algorithms { get; }

    /// <summary>Makes an SSH signature blob (<c>string algorithm, string signature</c>). RSA takes milliseconds: call it on a worker.</summary>
    /// <exception cref="ArgumentException">The key cannot do that algorithm.</exception>
    public abstract byte[] Sign(string algorithm, ReadOnlySpan<byte> data);

    /// <summary>
    /// Writes the key's fields of an OpenSSH private section (PROTOCOL.key), from the key type string up to, but without, the comment.
    /// The destination holds the private key afterwards and has to be cleared.
    /// </summary>
    internal abstract void WritePrivateFields(IBufferWriter<byte> destination);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Clears and frees the key.</summary>
    protected abstract void Dispose(bool disposing);
}
