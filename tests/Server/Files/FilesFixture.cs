using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Server.Configuration;
using Hpc.Server.Files;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Hpc.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Files;

/// <summary>Opens sessions' files below a directory of the test, with usage in memory, and keeps the events.</summary>
internal sealed class FilesFixture : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _actors = new();
    private readonly List<IFileSystem> _opened = [];

    public FilesFixture() => Keeper = new UsageKeeper(_actors, Store, new UsageNode("local", "00000001"), NullLogger<UsageKeeper>.Instance);

    public StorageSection Options { get; } = new();

    public MemoryUsageStore Store { get; } = new(TimeProvider.System);

    public UsageKeeper Keeper { get; }

    public MountStates States { get; } = new();

    public ListSink Events { get; } = new();

    public LineLogger<FilesFactory> Logger { get; } = new();

    public FilesFactory? Factory { get; private set; }

    public BandwidthKeeper? Bandwidth { get; set; }

    public PrivateDirectories Privates { get; set; } = PrivateDirectories.None;

    public string this[string name] => _directory[name];

    public static VirtualPath PathOf(string text) => VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path) ? path : throw new ArgumentException(text);

    public UserAccount User(params string[] permissions) => new()
    {
        UserName = "ann", HomeDirectory = this["home"], Permissions = permissions.Length == 0 ? ["*"] : permissions,
    };

    public ValueTask<StorageResult<IFileSystem>> StartOpening(UserAccount user)
    {
        Factory ??= new FilesFactory(Options, OptionMapping.Vfs(Options, "00000001"), Keeper, Events, States, Logger, Privates, Bandwidth);
        return Factory.OpenAsync(
            new SessionRequest
            {
                User = user,
                Protocol = "SFTP",
                Remote = new IPEndPoint(IPAddress.Loopback, 50_000),
                Local = new IPEndPoint(IPAddress.Loopback, 2022),
                ClientVersion = "SSH-2.0-Test",
                Method = LoginMethod.PublicKey,
                ConnectionId = "c1",
            },
            CancellationToken.None);
    }

    public async Task<StorageResult<IFileSystem>> TryOpenAsync(UserAccount user)
    {
        StorageResult<IFileSystem> opened = await StartOpening(user);
        if (opened.IsSuccess)
        {
            _opened.Add(opened.Value);
        }

        return opened;
    }

    public async Task<IFileSystem> OpenAsync(UserAccount user) => (await TryOpenAsync(user)).Value;

    /// <summary>Uploads so many bytes; the first error, of opening, writing or closing.</summary>
    public static async Task<StorageError> UploadAsync(IFileSystem files, string path, int length)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(PathOf(path), OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, CancellationToken.None);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        await using IFileHandle file = opened.Value;
        StorageError error = await WriteAsync(file, length);
        StorageResult closed = await file.CloseAsync();
        return error != StorageError.None ? error : closed.Error;
    }

    public static async Task<StorageError> WriteAsync(IFileHandle file, int length)
    {
        byte[] content = GC.AllocateArray<byte>(Math.Max(1, length), pinned: true);
        return length == 0 ? StorageError.None : (await file.WriteAsync(0, new[] { SegmentOf(content, length) }, CancellationToken.None)).Error;
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(files => (files as IDisposable)?.Dispose());
        await _actors.DisposeAsync();
        _directory.Dispose();
    }

    private static unsafe PinnedSegment SegmentOf(byte[] content, int length) =>
        new((byte*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(content, 0), (nuint)length);
}

internal sealed class ListSink : IFileEventSink
{
    private readonly Lock _gate = new();
    private readonly List<FileEvent> _events = [];

    public IReadOnlyList<FileEvent> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public void Publish(in FileEvent fileEvent)
    {
        lock (_gate)
        {
            _events.Add(fileEvent);
        }
    }
}
