using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Bandwidth;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Bandwidth;

/// <summary>An open file takes bytes from the limits of its session before they move, and waits without holding anything up.</summary>
public sealed class PacedFileTests : IDisposable
{
    private readonly MemoryFileSystem _content = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 16L << 20 });
    private readonly FakeBandwidth _up = new();
    private readonly FakeBandwidth _down = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _content.Dispose();

    [Fact]
    public async Task A_read_takes_what_it_moves_and_gives_back_what_the_file_does_not_have()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read);
        using var bytes = new PinnedBytes(new byte[1000]);
        file.TryRead(0, bytes.Segments(), out _).ShouldBeFalse();
        _down.Allow(5000);
        file.TryRead(0, bytes.Segments(), out StorageResult<int> read, out bool isAtEnd).ShouldBeTrue();
        (read.Value, isAtEnd).ShouldBe((100, true));
        (await file.ReadAsync(40, bytes.Segments(), Ct)).Value.ShouldBe(60);
        (_down.Taken, _down.Left).ShouldBe((160, 4840));
        _down.Kept.ShouldBe(0);
        file.TakeBackRead(60);
        (_down.Taken, _down.Kept).ShouldBe((100, 60));
        await file.CloseAsync();
        (_down.Begun, _down.Ended).ShouldBe((1, 1));
        (_up.Begun, _up.Taken).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_is_taken_back_goes_to_the_limit_that_it_was_taken_from()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read);
        using var bytes = new PinnedBytes(new byte[100]);
        _down.Allow(100);
        file.TryRead(0, bytes.Segments(), out _).ShouldBeTrue();
        var other = new FakeBandwidth();
        session.Exchange(Files(new FileBandwidth(null, other)));
        file.TakeBackRead(100);
        (_down.Taken, other.Taken, other.Kept).ShouldBe((0, 0, 0));

        session.Exchange(Files(null));
        file.TryRead(0, bytes.Segments(), out _).ShouldBeTrue();
        file.TakeBackRead(100);
        (_down.Taken, other.Taken).ShouldBe((0, 0));
        await file.CloseAsync();
    }

    [Fact]
    public async Task Files_tell_the_speed_that_an_upload_can_expect_now()
    {
        using var session = new SessionFiles(await FilesAsync(0));
        IFileSystem other = session.For("SCP");
        _up.RateOfNext = 4000;
        (session.UploadRate, other.UploadRate).ShouldBe((4000, 4000));
        _up.RateOfNext = null;
        (session.UploadRate, other.UploadRate).ShouldBe((null, null));
        _up.RateOfNext = 3000;
        session.Exchange(Files(new FileBandwidth(null, _down)));
        (session.UploadRate, other.UploadRate).ShouldBe((null, null));
    }

    [Fact]
    public async Task A_read_of_several_segments_is_cut_to_whole_ones()
    {
        using var session = new SessionFiles(await FilesAsync(1000));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read);
        using var bytes = new PinnedBytes(new byte[400]);
        _down.Allow(250);
        file.TryRead(0, bytes.Segments(100), out StorageResult<int> read).ShouldBeTrue();
        (read.Value, _down.Taken).ShouldBe((200, 200));
        file.TryRead(200, bytes.Segments(100), out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_write_waits_for_its_first_segment_and_writes_whole_ones()
    {
        using var session = new SessionFiles(await FilesAsync(0));
        IFileHandle file = await OpenAsync(session, OpenFlags.Write);
        using var bytes = new PinnedBytes(new byte[400]);
        file.TryWrite(0, bytes.Segments(100), out _).ShouldBeFalse();
        Task<StorageResult<int>> write = file.WriteAsync(0, bytes.Segments(100), Ct).AsTask();
        write.IsCompleted.ShouldBeFalse();
        _up.Allow(99);
        write.IsCompleted.ShouldBeFalse();
        _up.Allow(151);
        (await write).Value.ShouldBe(200);
        (_up.Taken, _up.Left).ShouldBe((200, 50));
        (await file.GetAttributesAsync(Ct)).Value.Size.ShouldBe(200);
        await file.CloseAsync();
    }

    [Fact]
    public async Task A_wait_ends_with_its_token_and_takes_nothing()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read | OpenFlags.Write);
        using var bytes = new PinnedBytes(new byte[100]);
        using var stop = new CancellationTokenSource();
        Task<StorageResult<int>> read = file.ReadAsync(0, bytes.Segments(), stop.Token).AsTask();
        Task<StorageResult<int>> write = file.WriteAsync(0, bytes.Segments(), stop.Token).AsTask();
        (_down.Waiting, _up.Waiting).ShouldBe((1, 1));
        await stop.CancelAsync();
        (await read).Error.ShouldBe(StorageError.Cancelled);
        (await write).Error.ShouldBe(StorageError.Cancelled);
        (_down.Waiting, _up.Waiting, _down.Taken, _up.Taken).ShouldBe((0, 0, 0, 0));
    }

    [Fact]
    public async Task Work_of_the_server_itself_takes_nothing()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read | OpenFlags.Write);
        using var bytes = new PinnedBytes(new byte[100]);
        (await file.WithoutTransfer.ReadAsync(0, bytes.Segments(), Ct)).Value.ShouldBe(100);
        (await file.WithoutTransfer.WriteAsync(0, bytes.Segments(), Ct)).Value.ShouldBe(100);
        file.WithoutTransfer.ReadPace.ShouldBeNull();
        (_down.Begun, _up.Begun).ShouldBe((0, 0));
    }

    [Fact]
    public async Task Transfers_that_wait_go_on_under_the_limits_that_take_the_place_of_theirs()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read);
        using var bytes = new PinnedBytes(new byte[100]);
        Task<StorageResult<int>> read = file.ReadAsync(0, bytes.Segments(), Ct).AsTask();
        var other = new FakeBandwidth();
        session.Exchange(Files(new FileBandwidth(null, other)));
        _down.IsSuperseded.ShouldBeTrue();
        read.IsCompleted.ShouldBeFalse();
        other.Allow(100);
        (await read).Value.ShouldBe(100);
        (_down.Taken, other.Taken).ShouldBe((0, 100));

        read = file.ReadAsync(0, bytes.Segments(), Ct).AsTask();
        session.Exchange(Files(null));
        (await read).Value.ShouldBe(100);
        file.ReadPace.ShouldBeNull();
        await file.CloseAsync();
        (_down.Ended, other.Ended).ShouldBe((1, 1));
    }

    [Fact]
    public async Task A_file_that_is_closed_lets_its_waits_go()
    {
        using var session = new SessionFiles(await FilesAsync(100));
        IFileHandle file = await OpenAsync(session, OpenFlags.Read);
        ValueTask<bool> wait = file.ReadPace!.WaitAsync(10, Ct);
        await file.CloseAsync();
        (await wait).ShouldBeTrue();
        file.ReadPace.ShouldBeNull();
    }

    [Fact]
    public async Task Reads_and_writes_under_a_limit_that_is_not_reached_allocate_as_little_as_without()
    {
        using var session = new SessionFiles(await FilesAsync(1000));
        using SessionFiles unlimited = new(Files(null));
        _up.Allow(1 << 20);
        _down.Allow(1 << 20);
        long without = AllocatedBy(await OpenAsync(unlimited, OpenFlags.Read | OpenFlags.Write));
        AllocatedBy(await OpenAsync(session, OpenFlags.Read | OpenFlags.Write)).ShouldBe(without);
        _down.Taken.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_pieces_the_bytes_are_the_same_as_without_limits(int seed)
    {
        var random = new Random(seed);
        using var session = new SessionFiles(await FilesAsync(0));
        byte[] content = new byte[20_000];
        random.NextBytes(content);
        IFileHandle file = await OpenAsync(session, OpenFlags.Write | OpenFlags.Read);
        using var source = new PinnedBytes(content);
        using var target = new PinnedBytes(new byte[content.Length]);
        await MoveAsync(random, source.Segments(random.Next(1, 3000)), _up, (offset, segments) =>
            file.TryWrite(offset, segments, out StorageResult<int> written) ? written : null, (offset, segments) => file.WriteAsync(offset, segments, Ct));
        await MoveAsync(random, target.Segments(random.Next(1, 3000)), _down, (offset, segments) =>
            file.TryRead(offset, segments, out StorageResult<int> read) ? read : null, (offset, segments) => file.ReadAsync(offset, segments.AsMemory(0, 1), Ct));
        target.Bytes.ShouldBe(content);
        (_up.Taken, _down.Taken).ShouldBe((content.Length, content.Length));
        await file.CloseAsync();
    }

    private static long AllocatedBy(IFileHandle file)
    {
        using var bytes = new PinnedBytes(new byte[400]);
        PinnedSegment[] segments = bytes.Segments(100);
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int n = 0; n < 100; n++)
            {
                _ = file.TryRead(0, segments, out _, out _) && file.TryWrite(0, segments, out _);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static async Task MoveAsync(
        Random random, PinnedSegment[] segments, FakeBandwidth bandwidth, Func<long, PinnedSegment[], StorageResult<int>?> tryMove, Func<long, PinnedSegment[], ValueTask<StorageResult<int>>> moveAsync)
    {
        long offset = 0;
        while (segments.Length > 0)
        {
            PinnedSegment[] some = segments[..random.Next(1, segments.Length + 1)];
            if (tryMove(offset, some) is not { } result)
            {
                Task<StorageResult<int>> later = moveAsync(offset, some).AsTask();
                while (!later.IsCompleted)
                {
                    bandwidth.Allow(random.Next(1, 5000));
                    await Task.Yield();
                }

                result = await later;
            }

            result.IsSuccess.ShouldBeTrue();
            long moved = result.Value;
            offset += moved;
            while (moved > 0)
            {
                moved -= segments[0].Length;
                segments = segments[1..];
            }

            moved.ShouldBe(0);
        }
    }

    private static async Task<IFileHandle> OpenAsync(SessionFiles session, OpenFlags flags) => (await session.OpenFileAsync(P("/a"), flags, null, Ct)).Value;

    private async Task<UserFileSystem> FilesAsync(int length)
    {
        IFileHandle file = (await _content.OpenFileAsync(P("/a"), OpenFlags.Write | OpenFlags.Create, null, Ct)).Value;
        using var bytes = new PinnedBytes(new byte[Math.Max(1, length)]);
        if (length > 0)
        {
            await file.WriteAsync(0, bytes.Segments(), Ct);
        }

        await file.CloseAsync();
        return Files(new FileBandwidth(_up, _down));
    }

    private UserFileSystem Files(FileBandwidth? bandwidth) => new(new UserFilesDefinition
    {
        Mounts = [new Mount { Path = VirtualPath.Root, Files = WithoutOwner(), State = new MountState("") }],
        Permissions = PermissionSet.Full,
        Bandwidth = bandwidth,
        Source = new FileEventSource { UserName = "u", Protocol = "SFTP" },
    });

    // The content outlives the sessions of a test.
    private IFileSystem WithoutOwner() => Exchange.WatchedFiles.Create(_content);
}
