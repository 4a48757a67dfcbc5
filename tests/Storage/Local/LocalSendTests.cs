using System.Net.Sockets;
using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>Sending straight from the page cache beside reading and sending.</summary>
public sealed class LocalSendTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files;
    private readonly SocketPair _sockets = new();

    public LocalSendTests() => _files = LocalFileSystem.Open(_directory.Root);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sockets.Dispose();
        _files.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_sent_is_what_a_read_gives(int seed)
    {
        var random = new Random(seed);
        byte[] content = new byte[3_000_000];
        random.NextBytes(content);
        await File.WriteAllBytesAsync(Path.Combine(_directory.Root, "a"), content, Ct);
        await using IFileHandle file = await _files.OpenAsync("/a", OpenFlags.Read);
        long offset = random.Next(100_000);
        Task<byte[]> received = _sockets.ReceiveAsync(content.Length - (int)offset, Ct);
        byte[] buffer = new byte[20_000];
        using var pinned = new PinnedBytes(buffer);
        while (offset < content.Length)
        {
            if (file.TrySend(offset, random.Next(1, 500_000), _sockets.Sender.SafeHandle, out StorageResult<int> sent))
            {
                sent.Value.ShouldBePositive();
                offset += sent.Value;
                continue;
            }

            // The socket is full, or the disk is slow.
            int read = (await file.ReadAsync(offset, pinned.Segments(), Ct)).Value;
            offset += await _sockets.Sender.SendAsync(buffer.AsMemory(0, read), Ct);
        }

        byte[] sentBytes = await received;
        sentBytes.AsSpan().SequenceEqual(content.AsSpan(content.Length - sentBytes.Length)).ShouldBeTrue();
    }

    [Fact]
    public async Task Nothing_is_sent_where_the_file_ends_or_the_socket_cannot_take_it()
    {
        await _files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await _files.OpenAsync("/a", OpenFlags.Read);
        file.TrySend(5, 10, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
        file.TrySend(-1, 10, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
        file.TrySend(0, 0, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
        if (file.TrySend(2, 10, _sockets.Sender.SafeHandle, out StorageResult<int> sent))
        {
            sent.Value.ShouldBe(3);
        }

        using var unconnected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        file.TrySend(0, 5, unconnected.SafeHandle, out _).ShouldBeFalse();
        _sockets.Sender.Dispose();
        file.TrySend(0, 5, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Nothing_is_sent_on_the_calling_thread_while_the_mount_is_slow()
    {
        var time = new SteppingTime();
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Time = time });
        await files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Read | OpenFlags.Write);
        using var bytes = new PinnedBytes("hello"u8.ToArray());
        time.PerTimestamp = TimeSpan.FromMilliseconds(100);
        (await file.WriteAsync(0, bytes.Segments(), Ct)).Value.ShouldBe(5);
        (await file.WriteAsync(0, bytes.Segments(), Ct)).Value.ShouldBe(5);
        time.PerTimestamp = TimeSpan.Zero;
        file.TrySend(0, 5, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
        time.PerTimestamp = TimeSpan.FromSeconds(2);
        file.TrySend(0, 5, _sockets.Sender.SafeHandle, out StorageResult<int> sent).ShouldBeTrue();
        sent.Value.ShouldBe(5);
    }

    [Fact]
    public async Task A_backend_without_descriptors_sends_nothing()
    {
        using var memory = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 1 << 20 });
        await memory.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await memory.OpenAsync("/a", OpenFlags.Read);
        file.TrySend(0, 5, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();

        await _files.WriteFileAsync("/a", "hello");
        using var guard = new CapabilityGuard(_files, CapabilityGuard.All & ~FileSystemCapabilities.RawDescriptor);
        await using IFileHandle guarded = await guard.OpenAsync("/a", OpenFlags.Read);
        guarded.TrySend(0, 5, _sockets.Sender.SafeHandle, out _).ShouldBeFalse();
    }
}
