using System.Security.Cryptography;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>The SHA-256 of a file that is written once, from its first byte to its last in order. Whatever else happens to the file ends it.</summary>
internal sealed class UploadHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    // Held by the one write that feeds it: two at a time are not in order.
    private int _isBusy;
    private volatile bool _isDropped;

    public bool IsDropped => _isDropped;

    /// <summary>The content is not what was hashed, or will not be.</summary>
    public void Drop() => _isDropped = true;

    /// <summary>Takes the first <paramref name="written"/> bytes of the segments, which are in the file now.</summary>
    public void Append(long offset, ReadOnlySpan<PinnedSegment> segments, int written)
    {
        if (_isDropped)
        {
            return;
        }

        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            _isDropped = true;
            return;
        }

        if (offset != _length)
        {
            _isDropped = true;
        }
        else
        {
            Feed(segments, written);
        }

        Volatile.Write(ref _isBusy, 0);
    }

    /// <summary>The digest of the file, which is <paramref name="size"/> bytes long; false if it is not known.</summary>
    public bool TryFinish(long size, Span<byte> digest)
    {
        if (_isDropped || size != _length || Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            return false;
        }

        _isDropped = true;
        bool isDone = _hash.TryGetHashAndReset(digest, out int length) && length == digest.Length;
        Volatile.Write(ref _isBusy, 0);
        return isDone;
    }

    public void Dispose()
    {
        _isDropped = true;

        // A write that is still at it keeps the hash; it is let go with the object.
        if (Interlocked.Exchange(ref _isBusy, 1) == 0)
        {
            _hash.Dispose();
        }
    }

    private void Feed(ReadOnlySpan<PinnedSegment> segments, int written)
    {
        int left = written;
        foreach (ref readonly PinnedSegment segment in segments)
        {
            if (left == 0)
            {
                break;
            }

            int count = Math.Min(left, segment.Length);
            _hash.AppendData(segment.Span[..count]);
            left -= count;
        }

        _length += written;
    }
}
