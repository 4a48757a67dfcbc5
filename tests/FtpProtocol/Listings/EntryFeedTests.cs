using System.Text;
using Hpc.FtpProtocol.Listings;
using Hpc.Storage;
using Hpc.Storage.Memory;

namespace Hpc.FtpProtocol.Tests.Listings;

public sealed class EntryFeedTests : IDisposable
{
    private static readonly CancellationToken Token = CancellationToken.None;
    private readonly MemoryFileSystem _files = new(new MemoryFileSystemOptions { MaxEntries = 10_000 });

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true, 64)]
    [InlineData(false, 64)]
    [InlineData(true, 65536)]
    [InlineData(false, 65536)]
    public async Task Every_entry_is_shown_once_whatever_the_block(bool isStream, int blockLength)
    {
        string[] names = [.. Enumerable.Range(0, 1000).Select(static i => $"file-{i:0000}")];
        foreach (string name in names)
        {
            await MakeAsync("/" + name);
        }

        string text = await ReadAsync(new NameLine(default), blockLength, isStream);
        text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(names);
    }

    [Fact]
    public async Task Links_say_where_they_lead()
    {
        await MakeAsync("/target");
        (await _files.CreateSymbolicLinkAsync(At("/a"), "target", Token)).IsSuccess.ShouldBeTrue();
        (await _files.CreateSymbolicLinkAsync(At("/b"), "/target", Token)).IsSuccess.ShouldBeTrue();
        (await _files.CreateSymbolicLinkAsync(At("/c"), "nowhere", Token)).IsSuccess.ShouldBeTrue();

        foreach (bool isStream in new[] { true, false })
        {
            string[] lines = (await ReadAsync(new MachineLine(MachineFacts.Type), 64, isStream)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            lines.Order(StringComparer.Ordinal).ShouldBe(
            [
                "type=OS.unix=slink:/target; b",
                "type=OS.unix=slink:nowhere; c",
                "type=OS.unix=slink:target; a",
                "type=file; target",
            ]);
        }
    }

    [Fact]
    public async Task A_pattern_chooses()
    {
        foreach (string name in new[] { "/a.txt", "/b.txt", "/c.xml", "/.d.txt" })
        {
            await MakeAsync(name);
        }

        string text = await ReadAsync(new NameLine("x/"u8.ToArray()), 4096, isStream: true, NamePattern.Parse("*.txt"u8, takesHidden: false));
        text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ShouldBe(["x/a.txt", "x/b.txt"]);
    }

    [Theory]
    [InlineData("LIST")]
    [InlineData("MLSD")]
    [InlineData("NLST")]
    public void A_directory_of_any_size_takes_the_same_memory(string command)
    {
        EntryLine line = command switch
        {
            "LIST" => new UnixLine(TimeProvider.System),
            "MLSD" => new MachineLine(MachineFacts.All),
            _ => new NameLine("dir/"u8.ToArray()),
        };
        byte[] block = new byte[65536];
        ReadMany(line, 1000, block);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadMany(line, 200_000, block);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200_000);
    }

    [Fact]
    public async Task A_cancelled_listing_ends()
    {
        await MakeAsync("/a");
        await using var feed = new EntryFeed(_files, await OpenAsync(isStream: true, null), new NameLine(default));
        StorageResult<int> filled = await feed.FillAsync(new byte[4096], new CancellationToken(canceled: true));
        filled.Error.ShouldBe(StorageError.Cancelled);
    }

    private static VirtualPath At(string path) => VirtualPath.TryParse(path, VirtualPath.Root, out VirtualPath parsed) ? parsed : throw new ArgumentException(path);

    private async Task MakeAsync(string path)
    {
        StorageResult<IFileHandle> opened = await _files.OpenFileAsync(At(path), OpenFlags.Write | OpenFlags.Create, null, Token);
        await opened.Value.CloseAsync();
        await opened.Value.DisposeAsync();
    }

    private async Task<ListedEntries> OpenAsync(bool isStream, NamePattern? pattern)
    {
        IDirectoryReader reader = (await _files.OpenDirectoryAsync(VirtualPath.Root, Token)).Value;
        return new ListedEntries { Reader = isStream ? reader : new PlainReader(reader), Pattern = pattern };
    }

    private async Task<string> ReadAsync(EntryLine line, int blockLength, bool isStream, NamePattern? pattern = null)
    {
        var text = new StringBuilder();
        await using var feed = new EntryFeed(_files, await OpenAsync(isStream, pattern), line);
        byte[] block = new byte[blockLength];
        while (!feed.IsAtEnd)
        {
            StorageResult<int> filled = await feed.FillAsync(block, Token);
            text.Append(Encoding.UTF8.GetString(block, 0, filled.Value));
        }

        return text.ToString();
    }

    private void ReadMany(EntryLine line, int count, byte[] block)
    {
        // Nothing in it waits.
        var feed = new EntryFeed(_files, new ListedEntries { Reader = new ManyEntries(count) }, line);
        while (!feed.IsAtEnd)
        {
            Task<StorageResult<int>> filled = feed.FillAsync(block, Token).AsTask();
            filled.IsCompletedSuccessfully.ShouldBeTrue();
            filled.Result.IsSuccess.ShouldBeTrue();
        }

        feed.Count.ShouldBe(count);
    }

    private sealed class ManyEntries(int count) : IDirectoryStream
    {
        private readonly EntryAttributes _attributes = new() { Type = EntryType.File, Mode = 0x81A4, Size = 4096, LinkCount = 1, Identity = new FileIdentity(1, 2) };
        private int _next;

        public ValueTask<StorageResult<bool>> StreamAsync(IDirectoryEntrySink sink, CancellationToken ct)
        {
            for (; _next < count; _next++)
            {
                if (!sink.TryAdd("a-name-like-others.dat"u8, _attributes))
                {
                    return new(false);
                }
            }

            return new(true);
        }

        public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }

    // Of what cannot stream.
    private sealed class PlainReader(IDirectoryReader inner) : IDirectoryReader
    {
        public ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct) => inner.ReadAsync(entries, limit, ct);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
