using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>The short ways of local storage beside the plain ones.</summary>
public sealed class LocalFastPathTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files;

    public LocalFastPathTests() => _files = LocalFileSystem.Open(_directory.Root);

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_stream_of_entries_is_the_list_of_them_wherever_its_taker_is_full(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 1500; i++)
        {
            await _files.WriteFileAsync($"/{i}{new string((char)('a' + random.Next(26)), random.Next(200))}", new string('x', random.Next(50)));
        }

        List<DirectoryEntry> listed = await _files.ListAsync("/", 64);
        var taker = new Taker(random);
        await using var stream = (IDirectoryStream)(await _files.OpenDirectoryAsync(P("/"), default)).Value;
        bool isAtEnd = false;
        while (!isAtEnd)
        {
            taker.Room = random.Next(1, 700);
            isAtEnd = (await stream.StreamAsync(taker, default)).Value;
        }

        taker.Taken.ShouldBe(listed);
        taker.Room = 1;
        (await stream.StreamAsync(taker, default)).Value.ShouldBeTrue();
        taker.Taken.Count.ShouldBe(1500);
    }

    [Fact]
    public async Task A_stream_goes_on_at_a_worker_where_the_mount_is_slow()
    {
        var time = new SteppingTime();
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Time = time });
        for (int i = 0; i < 100; i++)
        {
            await files.WriteFileAsync($"/{i}", "");
        }

        await using var stream = (IDirectoryStream)(await files.OpenDirectoryAsync(P("/"), default)).Value;
        time.PerTimestamp = TimeSpan.FromMilliseconds(10);
        (await files.GetAttributesAsync(P("/"), default)).IsSuccess.ShouldBeTrue();
        time.PerTimestamp = TimeSpan.Zero;
        var taker = new Taker(new Random(1)) { Room = 1000 };
        (await stream.StreamAsync(taker, default)).Value.ShouldBeTrue();
        taker.Taken.Count.ShouldBe(100);
        taker.Threads.ShouldNotContain(Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task A_stream_that_is_cancelled_takes_nothing()
    {
        await using var stream = (IDirectoryStream)(await _files.OpenDirectoryAsync(P("/"), default)).Value;
        (await stream.StreamAsync(new Taker(new Random(1)), new CancellationToken(canceled: true))).Error.ShouldBe(StorageError.Cancelled);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("/dev/shm")]
    public async Task A_read_that_says_that_the_file_ends_is_right(string? place)
    {
        if (place is not null && !Directory.Exists(place))
        {
            return;
        }

        string root = Path.Combine(place ?? _directory.Root, $"hpc-reads-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        try
        {
            using LocalFileSystem files = LocalFileSystem.Open(root);
            await ReadAtRandomAsync(files, new Random(3));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static async Task ReadAtRandomAsync(LocalFileSystem files, Random random)
    {
        using var plain = new PinnedBytes(new byte[40_000]);
        using var quick = new PinnedBytes(new byte[40_000]);
        for (int round = 0; round < 40; round++)
        {
            int size = random.Next(3) == 0 ? random.Next(5) * 4096 : random.Next(60_000);
            await files.WriteFileAsync($"/{round}", new string((char)('a' + (round % 26)), size));
            await using IFileHandle file = await files.OpenAsync($"/{round}", OpenFlags.Read);
            for (int i = 0; i < 20; i++)
            {
                long offset = random.Next(size + 5000);
                int piece = random.Next(1, 40_000);
                int expected = (await file.ReadAsync(offset, plain.Segments(piece), default)).Value;
                if (!file.TryRead(offset, quick.Segments(piece), out StorageResult<int> read, out bool isAtEnd))
                {
                    continue;
                }

                read.Value.ShouldBeLessThanOrEqualTo(expected);
                quick.Bytes.AsSpan(0, read.Value).SequenceEqual(plain.Bytes.AsSpan(0, read.Value)).ShouldBeTrue();
                if (isAtEnd)
                {
                    read.Value.ShouldBe(expected);
                    (offset + read.Value).ShouldBeGreaterThanOrEqualTo(size);
                }

                // A short result without the end is asked for again, so it may not be nothing.
                (read.Value > 0 || isAtEnd).ShouldBeTrue();
            }

            // A file that grew has its new bytes, whatever was known of its end.
            await using IFileHandle writer = await files.OpenAsync($"/{round}", OpenFlags.Write);
            await writer.WriteAsync(size, "more");
            (await file.ReadAsync(size, plain.Segments(), default)).Value.ShouldBe(4);
            if (file.TryRead(size, quick.Segments(), out StorageResult<int> grown, out _))
            {
                grown.Value.ShouldBe(4);
            }
        }
    }

    [Theory]
    [InlineData(FileSystemConfinement.Kernel)]
    [InlineData(FileSystemConfinement.Portable)]
    public async Task Opening_for_an_upload_leaves_what_the_plain_open_leaves(FileSystemConfinement confinement)
    {
        const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });
        await files.WriteFileAsync("/there", "content");
        await files.CreateDirectoryAsync(P("/folder"), null, default);
        await files.CreateSymbolicLinkAsync(P("/link"), "there", default);
        await files.CreateSymbolicLinkAsync(P("/dangling"), "made", default);
        await files.CreateSymbolicLinkAsync(P("/out"), "/etc/hpc-not-there", default);

        await using (IFileHandle created = (await files.OpenFileAsync(P("/new"), Upload, 0x1A4, default)).Value)
        {
            EntryAttributes attributes = (await created.GetAttributesAsync(default)).Value;
            attributes.Type.ShouldBe(EntryType.File);
            attributes.Size.ShouldBe(0);
            (attributes.Mode & 0x1FF & ~0x1A4u).ShouldBe(0u);
        }

        await using (IFileHandle cut = await files.OpenAsync("/there", Upload))
        {
            (await cut.GetAttributesAsync(default)).Value.Size.ShouldBe(0);
        }

        await files.WriteFileAsync("/there", "again");
        await using (IFileHandle through = await files.OpenAsync("/link", Upload))
        {
            (await files.GetAttributesAsync(P("/there"), default)).Value.Size.ShouldBe(0);
        }

        (await files.GetLinkAttributesAsync(P("/link"), default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
        await using (IFileHandle made = await files.OpenAsync("/dangling", Upload))
        {
            (await files.GetAttributesAsync(P("/made"), default)).Value.Type.ShouldBe(EntryType.File);
        }

        (await files.OpenFileAsync(P("/folder"), Upload, null, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
        (await files.OpenFileAsync(P("/none/new"), Upload, null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await files.OpenFileAsync(P("/there"), Upload | OpenFlags.Exclusive, null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await files.OpenFileAsync(P("/out"), Upload, null, default)).IsSuccess.ShouldBe(
            (await files.OpenFileAsync(P("/out"), OpenFlags.Write | OpenFlags.Create, null, default)).IsSuccess);
        File.Exists("/etc/hpc-not-there").ShouldBeFalse();
    }

    private sealed class Taker(Random random) : IDirectoryEntrySink
    {
        public int Room { get; set; }

        public List<DirectoryEntry> Taken { get; } = [];

        public HashSet<int> Threads { get; } = [];

        public bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes)
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            if (Room == 0 || random.Next(500) == 0)
            {
                return false;
            }

            Room--;
            Taken.Add(new DirectoryEntry(PathText.Decode(name), attributes));
            return true;
        }
    }
}
