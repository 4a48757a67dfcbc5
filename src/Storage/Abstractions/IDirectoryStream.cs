namespace Hpc.Storage;

/// <summary>A reader that can hand out entries without making objects of them.</summary>
public interface IDirectoryStream : IDirectoryReader
{
    /// <summary>
    /// Offers further entries to <paramref name="sink"/> until it has no room or the directory ends; true means the end.
    /// Entries that were taken before an error are not lost: the next call says why. Not mixed with <see cref="IDirectoryReader.ReadAsync"/> on one reader.
    /// </summary>
    ValueTask<StorageResult<bool>> StreamAsync(IDirectoryEntrySink sink, CancellationToken ct);
}
