using System.IO.Compression;

namespace Hpc.SshProtocol.Ssh.Packets;

/// <summary>One direction of zlib@openssh.com: a single zlib stream, flushed at every packet (RFC 4253 §6.2).</summary>
internal sealed class PayloadCompressor : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly ZLibStream _zlib;

    public PayloadCompressor() => _zlib = new ZLibStream(_output, CompressionLevel.Fastest, leaveOpen: true);

    /// <summary>The compressed payload, valid until the next call.</summary>
    public ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> payload)
    {
        _output.SetLength(0);
        _zlib.Write(payload);
        _zlib.Flush();
        return _output.GetBuffer().AsSpan(0, (int)_output.Length);
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _output.Dispose();
    }
}

/// <summary>The receiving side of zlib@openssh.com. What a packet may grow to is bounded.</summary>
internal sealed class PayloadDecompressor : IDisposable
{
    private readonly FeedStream _feed = new();
    private readonly ZLibStream _zlib;
    private byte[] _output = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

    public PayloadDecompressor() => _zlib = new ZLibStream(_feed, CompressionMode.Decompress, leaveOpen: true);

    /// <summary>The payload, valid until the next call; false if it does not decompress or would be longer than <paramref name="maxLength"/>.</summary>
    public bool TryDecompress(ReadOnlySpan<byte> payload, int maxLength, out ReadOnlySpan<byte> decompressed)
    {
        decompressed = default;
        _feed.Feed(payload);
        int length = 0;
        try
        {
            while (true)
            {
                if (length == _output.Length)
                {
                    if (length > maxLength)
                    {
                        return false;
                    }

                    byte[] larger = GC.AllocateUninitializedArray<byte>(_output.Length * 2, pinned: true);
                    _output.AsSpan(0, length).CopyTo(larger);
                    _output = larger;
                }

                int read = _zlib.Read(_output, length, _output.Length - length);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        decompressed = _output.AsSpan(0, length);
        return length is > 0 && length <= maxLength;
    }

    public void Dispose()
    {
        _zlib.Dispose();
        _feed.Dispose();
    }

    /// <summary>Hands out one packet's bytes and then says "nothing now".</summary>
    private sealed class FeedStream : Stream
    {
        private byte[] _bytes = new byte[4096];
        private int _position;
        private int _length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Feed(ReadOnlySpan<byte> bytes)
        {
            if (_bytes.Length < bytes.Length)
            {
                _bytes = new byte[bytes.Length];
            }

            bytes.CopyTo(_bytes);
            _position = 0;
            _length = bytes.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _length - _position);
            _bytes.AsSpan(_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
