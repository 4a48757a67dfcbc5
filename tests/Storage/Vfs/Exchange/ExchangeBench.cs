using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Vfs.Uploads;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Tests.Vfs.Exchange;

/// <summary>The files of one session, each time by other rules, and what becomes of the backends.</summary>
internal sealed class ExchangeBench : IFileEventSink
{
    private readonly IFileSystem _content = new MemoryFileSystem(new MemoryFileSystemOptions { Capacity = 64L << 20 });

    public ExchangeBench() => Ledger = new UsageLedger("user:u", Reserver);

    public FakeReserver Reserver { get; } = new(1 << 20);

    public UsageLedger Ledger { get; }

    public MountState State { get; } = new("user:u");

    /// <summary>All that were made, in their order.</summary>
    public List<WatchedFiles> Backends { get; } = [];

    public List<FileEvent> Events { get; } = [];

    /// <summary>One content, whatever the rules.</summary>
    public IFileSystem Content => _content;

    public UserFileSystem Files(string permissions = "*", long maxBytes = -1, long maxFiles = 0, long maxUpload = 0, (long Up, long Down, long Total)? transfer = null) =>
        Over(_content, permissions, maxBytes, maxFiles, maxUpload, transfer);

    public UserFileSystem Over(IFileSystem content, string permissions = "*", long maxBytes = -1, long maxFiles = 0, long maxUpload = 0, (long Up, long Down, long Total)? transfer = null)
    {
        PermissionSet.TryParse(permissions.Split(','), out PermissionSet allowed, out string error).ShouldBeTrue(error);
        IFileSystem backend = WatchedFiles.Create(content);
        Backends.Add((WatchedFiles)(object)backend);
        return new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = backend, State = State, Quotas = maxBytes < 0 ? [] : [new QuotaShare(Ledger, maxBytes, maxFiles)] }],
            Permissions = allowed,
            MaxUploadBytes = maxUpload,
            Transfer = transfer is { } limits ? new TransferQuota(Ledger, limits.Up, limits.Down, limits.Total) : null,
            Source = new FileEventSource { UserName = "u", Protocol = "SFTP" },
            Events = this,
        });
    }

    public void Publish(in FileEvent fileEvent)
    {
        lock (Events)
        {
            Events.Add(fileEvent);
        }
    }
}

/// <summary>A backend that fails when it is used after it was disposed, and waits where it is told to.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
internal class WatchedFiles : DispatchProxy, IDisposable
{
    private IFileSystem _content = null!;
    private int _disposals;
    private int _late;

    public int Disposals => Volatile.Read(ref _disposals);

    /// <summary>Uses after it was disposed.</summary>
    public int Late => Volatile.Read(ref _late);

    public Task Before { get; set; } = Task.CompletedTask;

    public static IFileSystem Create(IFileSystem content)
    {
        IFileSystem proxy = Create<IFileSystem, WatchedFiles>();
        ((WatchedFiles)(object)proxy)._content = content;
        return proxy;
    }

    public void Dispose() => Interlocked.Increment(ref _disposals);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (Disposals > 0)
        {
            Interlocked.Increment(ref _late);
        }

        if (targetMethod!.Name == "get_WithoutLinks")
        {
            return this;
        }

        if (targetMethod.Name == nameof(IFileSystem.GetAttributesAsync) && !Before.IsCompleted)
        {
            return new ValueTask<StorageResult<EntryAttributes>>(WaitAsync((VirtualPath)args![0]!));
        }

        return targetMethod.Invoke(_content, args);
    }

    private async Task<StorageResult<EntryAttributes>> WaitAsync(VirtualPath path)
    {
        await Before;
        if (Disposals > 0)
        {
            Interlocked.Increment(ref _late);
        }

        return await _content.GetAttributesAsync(path, default);
    }
}
