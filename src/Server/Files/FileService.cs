using System.Security.Cryptography;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Usage;
using Hpc.Accounts.Services;
using Hpc.Actors.Cluster;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Events;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

/// <summary>All that a server's files need beside their storage: the count of what is in use, events, and what sessions on the same files share.</summary>
internal sealed class FileService : IAsyncDisposable
{
    // What is left of a limit is divided by so many nodes where it is not known how many there are.
    private const int SharingNodes = 4;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseInterval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly MountStates _states = new();
    private readonly FileEventMetrics _metrics = new();
    private readonly VfsOptions _vfs;
    private readonly FirstTransfers? _firsts;
    private readonly UsageKeeper _keeper;
    private readonly ScopeTrees _trees;
    private readonly FilesFactory _factory;
    private readonly ILogger _logger;
    private Task _care = Task.CompletedTask;
    private Task _deadNodes = Task.CompletedTask;
    private bool _isDisposed;

    public FileService(StorageSection options, BandwidthSection limits, HostStores stores, ActorSystem actors, ILoggerFactory loggers, IBandwidthRates? rates = null)
    {
        _logger = loggers.CreateLogger<FileService>();
        string epoch = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        _vfs = OptionMapping.Vfs(options, epoch);
        _keeper = new UsageKeeper(actors, stores.Usage, new UsageNode(stores.NodeId, epoch), loggers.CreateLogger<UsageKeeper>()) 
        {
            UploadMode = _vfs.UploadMode, Nodes = stores.Usage is ISharedUsageStore ? SharingNodes : 1,
        };
        _firsts = stores.Accounts is { } accounts ? new FirstTransfers(accounts.Provider.Activity, TimeProvider.System, loggers.CreateLogger<FirstTransfers>()) : null;
        var log = new FileEventLog(loggers.CreateLogger<FileEventLog>());
        Bus = new FileEventBus(_firsts is null ? [_metrics, log] : [_metrics, log, _firsts], TimeProvider.System, loggers.CreateLogger<FileEventBus>());
        Bandwidth = new BandwidthKeeper(TimeProvider.System, loggers.CreateLogger<BandwidthKeeper>(), rates);
        Bandwidth.SetNode(BandwidthPlan.InBytes(limits.UploadBandwidth), BandwidthPlan.InBytes(limits.DownloadBandwidth));
        _factory = new FilesFactory(options, _vfs, _keeper, Bus, _states, loggers.CreateLogger<FilesFactory>(), stores.Private, Bandwidth);
        _trees = new ScopeTrees(stores.Users, stores.Folders, stores.Usage, OptionMapping.Local(options), _states, loggers.CreateLogger<ScopeTrees>(), stores.Private);
        Usage = new AdminUsage(stores.Usage, _keeper, _trees);
        Quotas = new QuotaOperations(_keeper, _trees, TimeProvider.System, loggers.CreateLogger<QuotaOperations>());
    }

    public FileEventBus Bus { get; }

    /// <summary>Limits of speed.</summary>
    public BandwidthKeeper Bandwidth { get; }

    /// <summary>Who of the files is told of changed accounts.</summary>
    public IReadOnlyList<IAccountChangeListener> Listeners => _firsts is null ? [] : [_firsts];

    public AdminUsage Usage { get; }

    public QuotaOperations Quotas { get; }

    public UsageKeeper Keeper => _keeper;

    public UsageCounters Counters => _keeper.Counters;

    /// <summary>Sets right in the background what an earlier run left behind that did not end in order, and counts what was never counted.</summary>
    public void Start() => _care = RunAsync(token => _keeper.RunAsync(_trees, token));

    /// <summary>Sets right in the background what nodes left that do not come back, while this one leads; once at most. Not for a store that is this node's alone.</summary>
    public void CareForDeadNodes(Func<bool> isLeader, Func<CancellationToken, ValueTask<IReadOnlyList<ClusterMember>>> listMembers)
    {
        var care = new DeadNodeCare(_keeper, _trees, isLeader, listMembers);
        _deadNodes = RunAsync(care.RunAsync);
    }

    public ValueTask<StorageResult<IFileSystem>> OpenAsync(SessionRequest request, CancellationToken ct) => _factory.OpenAsync(request, ct);

    /// <summary>After the last session: waits a moment for files that are still being given up, then settles what is counted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _care.ConfigureAwait(false);
        await _deadNodes.ConfigureAwait(false);
        await Quotas.DisposeAsync().ConfigureAwait(false);
        using (var patience = new CancellationTokenSource(CloseTimeout))
        {
            while (_states.AnyInUse && !patience.IsCancellationRequested)
            {
                await Task.Delay(CloseInterval, CancellationToken.None).ConfigureAwait(false);
            }
        }

        using (var patience = new CancellationTokenSource(SettleTimeout))
        {
            if (!await _keeper.StopAsync(_states.InUse(), patience.Token).ConfigureAwait(false))
            {
                FilesLog.UsageNotSettled(_logger);
            }
        }

        if (_firsts is not null)
        {
            await _firsts.DisposeAsync().ConfigureAwait(false);
        }

        Bandwidth.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        // Storage is asked from here on, which is not for the thread that starts the server.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await work(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The server stops; what is left waits for the next start.
        }
#pragma warning disable CA1031 // Serving goes on; the next start does it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            FilesLog.RecoveryFailed(_logger, error);
        }
    }
}
