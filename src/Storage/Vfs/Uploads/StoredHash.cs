using System.Buffers.Binary;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>The SHA-256 of a file as it is kept with it. It counts while size and modification time are what they were.</summary>
internal readonly record struct StoredHash(ReadOnlyMemory<byte> Digest, long Size, FileTime ModificationTime)
{
    //  byte      1
    //  byte[32]  SHA-256
    //  int64     size, big-endian like all that follows
    //  int64     seconds of the modification time
    //  int32     nanoseconds of it
    public const int Length = 1 + DigestLength + 8 + 8 + 4;
    public const int DigestLength = 32;
    public const string Name = "sha256";
    private const byte Version = 1;

    public static bool TryRead(ReadOnlySpan<byte> value, out StoredHash hash)
    {
        hash = default;
        if (value.Length != Length || value[0] != Version)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = value[(1 + DigestLength)..];
        hash = new StoredHash(
            value.Slice(1, DigestLength).ToArray(),
            BinaryPrimitives.ReadInt64BigEndian(rest),
            new FileTime(BinaryPrimitives.ReadInt64BigEndian(rest[8..]), BinaryPrimitives.ReadInt32BigEndian(rest[16..])));
        return true;
    }

    public byte[] ToBytes()
    {
        byte[] value = new byte[Length];
        value[0] = Version;
        Digest.Span.CopyTo(value.AsSpan(1));
        Span<byte> rest = value.AsSpan(1 + DigestLength);
        BinaryPrimitives.WriteInt64BigEndian(rest, Size);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], ModificationTime.Seconds);
        BinaryPrimitives.WriteInt32BigEndian(rest[16..], ModificationTime.Nanoseconds);
        return value;
    }

    /// <summary>Whether it is that of a file with these attributes.</summary>
    public bool IsOf(in EntryAttributes file) => file.Size == Size && file.ModificationTime == ModificationTime;

    /// <summary>What is kept with an open file, if it still counts.</summary>
    public static async ValueTask<StorageResult<StoredHash>> OfAsync(IFileHandle file, CancellationToken ct)
    {
        byte[] value = new byte[Length + 1];
        StorageResult<int> read = await file.GetMetadataAsync(Name, value, ct).ConfigureAwait(false);
        if (!read.IsSuccess)
        {
            return read.Error == StorageError.NotSupported ? StorageError.NotFound : read.Error;
        }

        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        return TryRead(value.AsSpan(0, read.Value), out StoredHash hash) && hash.IsOf(attributes.Value) ? hash : StorageError.NotFound;
    }

    public ValueTask<StorageResult> StoreAsync(IFileHandle file, CancellationToken ct) => file.SetMetadataAsync(Name, ToBytes(), ct);

    public static ValueTask<StorageResult> RemoveAsync(IFileHandle file, CancellationToken ct) =>
        file.SetMetadataAsync(Name, ReadOnlyMemory<byte>.Empty, ct);
}
