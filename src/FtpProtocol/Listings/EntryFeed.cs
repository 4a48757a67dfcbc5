using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>
/// The lines of one listing, block by block: entries go from the memory that the backend has them in straight into the block. Memory is the same for any number of entries.
/// </summary>
/// <param name="files">Where links are looked up.</param>
/// <param name="request">What is listed.</param>
/// <param name="line">How.</param>
internal sealed class EntryFeed(IFileSystem files, ListedEntries request, EntryLine line) : IDirectoryEntrySink, IAsyncDisposable
{
    private const int EntriesPerRead = 128;

    private Memory<byte> _block;
    private int _length;
    private int _nextLeading;
    private bool _isAtEnd;
    private CancellationToken _ct;

    // A symbolic link that waits for its target, and what was found for it.
    private byte[]? _link;
    private byte[] _target = [];
    private bool _wantsTarget;

    // Of a reader that cannot stream: what was read and not taken yet.
    private List<DirectoryEntry>? _read;
    private int _nextRead;
    private bool _readIsAtEnd;

    /// <summary>True after all lines.</summary>
    public bool IsAtEnd => _isAtEnd;

    /// <summary>Entries that were written.</summary>
    public long Count { get; private set; }

    /// <summary>Fills a block with whole lines; returns their length, which is 0 only at the end.</summary>
    /// <param name="block">Holds the longest line: 64 KiB.</param>
    /// <param name="ct">Ends the listing.</param>
    public async ValueTask<StorageResult<int>> FillAsync(Memory<byte> block, CancellationToken ct)
    {
        (_block, _length, _ct) = (block, 0, ct);
        while (!_isAtEnd && !IsLeadingLeft())
        {
            StorageResult<bool> streamed = request.Reader switch
            {
                null => true,
                IDirectoryStream stream => await stream.StreamAsync(this, ct).ConfigureAwait(false),
                var reader => await ReadAsync(reader, ct).ConfigureAwait(false),
            };
            if (!streamed.IsSuccess)
            {
                return streamed.Error;
            }

            _isAtEnd = streamed.Value;
            if (_wantsTarget)
            {
                await FindTargetAsync(ct).ConfigureAwait(false);
            }
            else if (_length > 0)
            {
                break;
            }
        }

        return _length;
    }

    /// <inheritdoc/>
    public bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes)
    {
        if (_ct.IsCancellationRequested)
        {
            return false;
        }

        if (request.Pattern is { } pattern && !pattern.Matches(name))
        {
            return true;
        }

        if (attributes.Type != EntryType.SymbolicLink || !line.ShowsTargets)
        {
            return TryWrite(name, attributes, target: [], EntryRole.Entry);
        }

        // Asked for between two reads; then this entry is the first that is offered again.
        if (_link is null || !name.SequenceEqual(_link))
        {
            _link = name.ToArray();
            _wantsTarget = true;
            return false;
        }

        return TryWrite(name, attributes, _target, EntryRole.Entry);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => request.Reader?.DisposeAsync() ?? ValueTask.CompletedTask;

    private bool TryWrite(ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role)
    {
        int written = line.Write(_block.Span[_length..], name, attributes, target, role);
        if (written == 0)
        {
            // What does not fit an empty block fits nowhere.
            return _length == 0;
        }

        _length += written;
        Count++;
        return true;
    }

    private bool IsLeadingLeft()
    {
        while (_nextLeading < request.Leading.Count)
        {
            LeadingEntry entry = request.Leading[_nextLeading];
            if (!TryWrite(entry.Name, entry.Attributes, target: [], entry.Role))
            {
                return true;
            }

            _nextLeading++;
        }

        return false;
    }

    private async ValueTask FindTargetAsync(CancellationToken ct)
    {
        _wantsTarget = false;
        _target = [];
        if (request.Directory.TryCombine(PathText.Decode(_link), out VirtualPath path)
            && await files.LookAtLinkAsync(path, ct).ConfigureAwait(false) is { IsSuccess: true } target)
        {
            _target = PathText.Encode(target.Value);
        }
    }

    private async ValueTask<StorageResult<bool>> ReadAsync(IDirectoryReader reader, CancellationToken ct)
    {
        _read ??= new List<DirectoryEntry>(EntriesPerRead);
        while (!_readIsAtEnd)
        {
            for (; _nextRead < _read.Count; _nextRead++)
            {
                DirectoryEntry entry = _read[_nextRead];
                if (!TryAdd(PathText.Encode(entry.Name), entry.Attributes))
                {
                    return ct.IsCancellationRequested ? StorageError.Cancelled : false;
                }
            }

            _read.Clear();
            _nextRead = 0;
            StorageResult<int> read = await reader.ReadAsync(_read, EntriesPerRead, ct).ConfigureAwait(false);
            if (!read.IsSuccess)
            {
                return read.Error;
            }

            _readIsAtEnd = read.Value == 0;
        }

        return true;
    }
}
