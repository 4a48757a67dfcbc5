namespace Hpc.Crypto.Packets;

/// <summary>
/// Encrypts and authenticates outgoing SSH packets in place (RFC 4253 §6; RFC 5647 and OpenSSH PROTOCOL for the AEAD and -etm forms).
/// One per direction and key; not thread-safe; holds one reused native context.
/// </summary>
public abstract class PacketSealer : IDisposable
{
    /// <summary>Padding makes the padded part a multiple of this many bytes (8 or the cipher's block size).</summary>
    public abstract int BlockSize { get; }

    /// <summary>Bytes after the packet: AEAD tag or MAC.</summary>
    public abstract int TagLength { get; }

    /// <summary>True if the four length bytes are part of what is padded to <see cref="BlockSize"/> (encrypt-and-MAC and no cipher at all); false for AEAD and -etm.</summary>
    public abstract bool PadsLength { get; }

    /// <summary>
    /// Seals a frame in place. <paramref name="frame"/> is <c>uint32 packet_length, byte padding_length, payload, padding</c> followed by
    /// <see cref="TagLength"/> bytes of room, and nothing else.
    /// </summary>
    public abstract void Seal(uint sequence, Span<byte> frame);

    /// <summary>How many large frames <see cref="SealMany"/> takes at once with a gain; 1 if it seals them one by one.</summary>
    public virtual int BatchLength => 1;

    /// <summary>
    /// Seals frames that lie one behind the other, the first with this sequence number: the same bytes as <see cref="Seal"/> for each in turn.
    /// </summary>
    public virtual void SealMany(uint sequence, Span<byte> frames, ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
        {
            Seal(sequence, frames[..length]);
            frames = frames[length..];
            sequence = unchecked(sequence + 1);
        }
    }

    /// <summary>
    /// The peer has logged in. Until then packets pass managed code and libcrypto alone; from now on a cipher may use machine code that it made itself.
    /// </summary>
    public virtual void TrustPeer()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees native contexts and clears keys.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Checks and decrypts incoming SSH packets in place. One per direction and key; not thread-safe.</summary>
public abstract class PacketOpener : IDisposable
{
    /// <summary>See <see cref="PacketSealer.BlockSize"/>.</summary>
    public abstract int BlockSize { get; }

    /// <summary>See <see cref="PacketSealer.TagLength"/>.</summary>
    public abstract int TagLength { get; }

    /// <summary>See <see cref="PacketSealer.PadsLength"/>.</summary>
    public abstract bool PadsLength { get; }

    /// <summary>How many bytes of a frame <see cref="ReadLength"/> needs: 4, or one cipher block for encrypt-and-MAC.</summary>
    public abstract int HeaderLength { get; }

    /// <summary>
    /// Reads <c>packet_length</c> from the first <see cref="HeaderLength"/> bytes. Called exactly once for every frame, before <see cref="Open"/>.
    /// The bytes are not changed (encrypt-and-MAC keeps its decrypted first block inside). The value is not authenticated yet: the caller bounds it.
    /// </summary>
    public abstract uint ReadLength(uint sequence, ReadOnlySpan<byte> header);

    /// <summary>
    /// Verifies and decrypts a whole frame (4 length bytes, packet, tag) in place. The tag is compared in constant time.
    /// Returns false if it does not verify; then the content is undefined and the connection must end.
    /// </summary>
    public abstract bool Open(uint sequence, Span<byte> frame);

    /// <summary>
    /// Shows what has been received, from the frame with this sequence number on, so that work for several frames can be done at once. It changes
    /// nothing there and decides nothing: <see cref="Open"/> gives the same answers with or without it. Frames that it is then given have to lie, unchanged,
    /// where they were shown, or somewhere else altogether.
    /// </summary>
    public virtual void LookAhead(uint sequence, ReadOnlySpan<byte> received)
    {
    }

    /// <summary>See <see cref="PacketSealer.TrustPeer"/>.</summary>
    public virtual void TrustPeer()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees native contexts and clears keys.</summary>
    protected abstract void Dispose(bool disposing);
}
