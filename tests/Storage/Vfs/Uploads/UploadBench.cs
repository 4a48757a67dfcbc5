using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using Hpc.Storage.Vfs.Usage;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>One mount with its backend, counts and events.</summary>
internal sealed class UploadBench : IFileEventSink, IDisposable
{
    public const OpenFlags Upload = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    private readonly TemporaryDirectory? _directory;
    private readonly List<FileEvent> _events = [];

    public UploadBench(Setup setup)
    {
        Asked = setup;
        _directory = setup.IsLocal ? new TemporaryDirectory() : null;
        IFileSystem backend = _directory is not null ? LocalFileSystem.Open(_directory.Root) : new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 256L << 20 });
        Backend = setup.Allowed is { } allowed ? new CapabilityGuard(backend, allowed) : backend;
        Reserver = new FakeReserver(setup.ReserveStep);
        Ledger = new UsageLedger("folder:f", Reserver);
        TransferLedger = new UsageLedger("user:u", Reserver);
        State = new MountState("folder:f");
        Files = Mounted(setup.UserName);
    }

    public Setup Asked { get; }

    public IFileSystem Backend { get; }

    public FakeReserver Reserver { get; }

    public UsageLedger Ledger { get; }

    public UsageLedger TransferLedger { get; }

    public MountState State { get; }

    public MountFiles Files { get; }

    public IReadOnlyList<FileEvent> Events => _events;

    public MountFiles Mounted(string userName)
    {
        var mount = new Mount
        {
            Path = VirtualPath.Root,
            Files = Backend,
            State = State,
            Quotas = Asked.MaxBytes is null && Asked.MaxFiles is null ? [] : [new QuotaShare(Ledger, Asked.MaxBytes ?? 0, Asked.MaxFiles ?? 0)],
        };

        return new MountFiles(mount, new UserFilesDefinition
        {
            Mounts = [mount],
            Permissions = PermissionSet.Full,
            MaxUploadBytes = Asked.MaxUpload,
            Transfer = Asked.Transfer is { } limits ? new TransferQuota(TransferLedger, limits.Up, limits.Down, limits.Total) : null,
            Options = new VfsOptions { UploadMode = Asked.Mode, HashUploads = Asked.Hashes, SetStatMode = Asked.SetStat, Epoch = "0000abcd" },
            Source = new FileEventSource { UserName = userName, Protocol = "SFTP" },
            Events = this,
        });
    }

    public ValueTask<StorageResult<IFileHandle>> TryOpenAsync(string path, OpenFlags flags, Permission held = Permission.All, uint? permissions = null) =>
        Files.OpenAsync(Backend, P(path), P(path), flags, permissions, held, default);

    public async Task<IFileHandle> OpenAsync(string path, OpenFlags flags) => (await TryOpenAsync(path, flags)).Value;

    public async Task PutAsync(string path, int length)
    {
        IFileHandle file = await OpenAsync(path, Upload);
        (await WriteAsync(file, 0, length)).IsSuccess.ShouldBeTrue();
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
    }

    public Task<StorageError> DeleteAsync(string path) => Files.DeleteAsync(Backend, P(path), default).ErrorAsync();

    public Task<StorageError> RenameAsync(string from, string to, RenameMode mode = RenameMode.Replace) =>
        Files.RenameAsync(Backend, P(from), P(to), mode, default).ErrorAsync();

    public async Task<long> SizeAsync(string path) => (await Backend.GetLinkAttributesAsync(P(path), default)) is { IsSuccess: true } found ? found.Value.Size : -1;

    /// <summary>Writes as a protocol does: at once if that is possible, else by the other way; what is short is gone on with.</summary>
    public static async Task<StorageResult<int>> WriteAsync(IFileHandle file, long offset, int length, int pieceLength = int.MaxValue)
    {
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        return await WriteAsync(file, offset, content, pieceLength);
    }

    public static async Task<StorageResult<int>> WriteAsync(IFileHandle file, long offset, byte[] content, int pieceLength = int.MaxValue)
    {
        using var pinned = new PinnedBytes(content);
        PinnedSegment[] segments = pinned.Segments(pieceLength);
        return file.TryWrite(offset, segments, out StorageResult<int> result) ? result : await file.WriteAsync(offset, segments, default);
    }

    public static async Task<StorageResult<int>> ReadAsync(IFileHandle file, long offset, int length)
    {
        using var pinned = new PinnedBytes(new byte[length]);
        return file.TryRead(offset, pinned.Segments(), out StorageResult<int> result) ? result : await file.ReadAsync(offset, pinned.Segments(), default);
    }

    /// <summary>What is there, each file once, asked of the backend itself.</summary>
    public async Task<(long Bytes, long Files, List<string> Names)> WalkAsync()
    {
        long bytes = 0;
        var seen = new HashSet<FileIdentity>();
        var names = new List<string>();
        var waiting = new Stack<string>(["/"]);
        while (waiting.TryPop(out string? directory))
        {
            foreach (DirectoryEntry entry in await Backend.ListAsync(directory, 1000))
            {
                string path = directory == "/" ? "/" + entry.Name : directory + "/" + entry.Name;
                names.Add(path);
                if (entry.Attributes.Type == EntryType.Directory)
                {
                    waiting.Push(path);
                }
                else if (entry.Attributes.Type == EntryType.File && seen.Add(entry.Attributes.Identity))
                {
                    bytes += entry.Attributes.Size;
                }
            }
        }

        return (bytes, seen.Count, names);
    }

    public async Task LedgerShouldBeRightAsync()
    {
        (long bytes, long files, List<string> names) = await WalkAsync();
        string tree = string.Join(' ', names);
        Ledger.Bytes.Value.ShouldBe(bytes, tree);
        Ledger.Files.Value.ShouldBe(files, tree);
        State.IsInUse.ShouldBeFalse();
    }

    public void Publish(in FileEvent fileEvent)
    {
        lock (_events)
        {
            _events.Add(fileEvent);
        }
    }

    public void Dispose()
    {
        (Backend as IDisposable)?.Dispose();
        _directory?.Dispose();
    }

    internal sealed record Setup
    {
        public bool IsLocal { get; init; }

        public long? MaxBytes { get; init; }

        public long? MaxFiles { get; init; }

        public long MaxUpload { get; init; }

        public (long Up, long Down, long Total)? Transfer { get; init; }

        public UploadMode Mode { get; init; }

        public SetStatMode SetStat { get; init; }

        public bool Hashes { get; init; }

        /// <summary>What the backend is to be able to do; null for all that it can.</summary>
        public FileSystemCapabilities? Allowed { get; init; }

        public long ReserveStep { get; init; } = 1 << 20;

        public string UserName { get; init; } = "u";
    }
}
