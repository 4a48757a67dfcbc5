using Hpc.Storage;

namespace Hpc.SshProtocol.Scp;

/// <summary>A directory that is being sent: its names are read in batches.</summary>
/// <param name="path">As the peer sees it.</param>
/// <param name="place">With its links resolved.</param>
/// <param name="name">Its name, for messages.</param>
/// <param name="reader">Owned by this.</param>
internal sealed class ScpDirectory(VirtualPath path, VirtualPath place, string name, IDirectoryReader reader) : IAsyncDisposable
{
    private const int BatchLength = 64;

    private readonly List<DirectoryEntry> _entries = [];
    private int _next;

    public VirtualPath Path { get; } = path;

    public VirtualPath Place { get; } = place;

    public string Name { get; } = name;

    /// <summary>The next entry; null at the end.</summary>
    public async ValueTask<StorageResult<DirectoryEntry?>> NextAsync(CancellationToken ct)
    {
        if (_next == _entries.Count)
        {
            _entries.Clear();
            _next = 0;
            StorageResult<int> read = await reader.ReadAsync(_entries, BatchLength, ct).ConfigureAwait(false);
            if (!read.IsSuccess)
            {
                return read.Error;
            }

            if (read.Value == 0)
            {
                return StorageResult<DirectoryEntry?>.FromValue(null);
            }
        }

        return StorageResult<DirectoryEntry?>.FromValue(_entries[_next++]);
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
