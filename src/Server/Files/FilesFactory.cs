using System.Runtime.CompilerServices;
using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Limits;
using Hpc.Actors.Limits.Bandwidth;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Files;

/// <summary>Opens what a session sees: home directory and virtual folders below the permissions, name filters and quotas of the account.</summary>
internal sealed class FilesFactory
{
    private readonly LocalFileSystemOptions _local;
    private readonly VfsOptions _vfs;
    private readonly UsageKeeper _usage;
    private readonly IFileEventSink? _events;
    private readonly MountStates _states;
    private readonly RootDirectories _roots;
    private readonly PrivateDirectories _privates;
    private readonly BandwidthKeeper? _bandwidth;
    private readonly ILogger _logger;

    // The store hands out one object for an account until it changes, so an account is read once.
    private readonly ConditionalWeakTable<UserAccount, UserPlan> _plans = [];

    public FilesFactory(StorageSection options, VfsOptions vfs, UsageKeeper usage, IFileEventSink? events, MountStates states, ILogger<FilesFactory> logger, PrivateDirectories? privates = null, BandwidthKeeper? bandwidth = null)
    {
        _local = OptionMapping.Local(options);
        _vfs = vfs;
        _usage = usage;
        _events = events;
        _states = states;
        _privates = privates ?? PrivateDirectories.None;
        _bandwidth = bandwidth;
        _roots = new RootDirectories(options, _privates, logger);
        _logger = logger;
    }

    /// <summary>Opens on a worker, because the disk may be slow; at once where the kernel has the directories in memory, as for a user who is here often.</summary>
    public ValueTask<StorageResult<IFileSystem>> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        UserAccount user = request.User;
        if (!_plans.TryGetValue(user, out UserPlan? plan))
        {
            if (!UserPlan.TryCreate(user, _local, _vfs.UploadMode, out plan, out string error))
            {
                FilesLog.AccountUnreadable(_logger, user.UserName, error);
                return new(StorageError.AccessDenied);
            }

            _plans.AddOrUpdate(user, plan);
        }

        if (!ct.IsCancellationRequested && TryOpenAtHand(plan, out IFileSystem[] backends))
        {
            return plan.NeedsPreparing
                ? PrepareAsync(request, plan, backends)
                : new(StorageResult<IFileSystem>.FromValue(Compose(request, plan, backends)));
        }

        // Not ct: a file system that was opened must reach whoever disposes it.
        return new(Task.Run(() => OpenAsync(request, plan, ct), CancellationToken.None));
    }

    private bool TryOpenAtHand(UserPlan plan, out IFileSystem[] backends)
    {
        backends = new IFileSystem[plan.Mounts.Count];
        for (int i = 0; i < backends.Length; i++)
        {
            if (plan.Mounts[i] is not { IsLocal: true, Directory: { } directory } || !LocalFileSystem.TryOpenAtHand(directory, plan.Local, out LocalFileSystem? files))
            {
                DisposeAll(backends);
                return false;
            }

            backends[i] = files;
            if (!_privates.Allows(files.Identity))
            {
                DisposeAll(backends);
                return false;
            }
        }

        return true;
    }

    private async Task<StorageResult<IFileSystem>> OpenAsync(SessionRequest request, UserPlan plan, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return StorageError.Cancelled;
        }

        var backends = new IFileSystem[plan.Mounts.Count];
        for (int i = 0; i < backends.Length; i++)
        {
            StorageResult<IFileSystem> opened = _roots.Open(plan.Mounts[i], plan.Local, request.User);
            if (!opened.IsSuccess && plan.Mounts[i].Path.IsRoot)
            {
                DisposeAll(backends);
                return opened.Error;
            }

            backends[i] = opened.IsSuccess ? opened.Value : NoFiles.Unavailable;
        }

        return await PrepareAsync(request, plan, backends).ConfigureAwait(false);
    }

    /// <summary>Takes the backends over. Directories are looked for at each login, because users delete them; that costs little where the kernel has them in memory.</summary>
    private async ValueTask<StorageResult<IFileSystem>> PrepareAsync(SessionRequest request, UserPlan plan, IFileSystem[] backends)
    {
        try
        {
            if (plan.NeedsPreparing)
            {
                await new TreePreparation(plan, backends, _vfs.IsReadOnly, _logger).RunAsync(request.User.UserName).ConfigureAwait(false);
            }
        }
        catch
        {
            DisposeAll(backends);
            throw;
        }

        return StorageResult<IFileSystem>.FromValue(Compose(request, plan, backends));
    }

    /// <summary>Takes the backends over, also where it fails.</summary>
    private UserFileSystem Compose(SessionRequest request, UserPlan plan, IFileSystem[] backends)
    {
        SessionLedgers? ledgers = plan.IsCounted || plan.TransferFrom(request.Remote.Address).IsLimited ? new SessionLedgers(_usage) : null;
        BandwidthLease? bandwidth = null;
        try
        {
            bandwidth = _bandwidth?.Open(plan.Bandwidth.From(request.Remote.Address));
            return Compose(request, plan, backends, ledgers, bandwidth);
        }
        catch
        {
            DisposeAll(backends);
            bandwidth?.Dispose();
            ledgers?.Dispose();
            throw;
        }
    }

    private UserFileSystem Compose(SessionRequest request, UserPlan plan, IFileSystem[] backends, SessionLedgers? ledgers, BandwidthLease? bandwidth)
    {
        var mounts = new Mount[backends.Length];
        for (int i = 0; i < mounts.Length; i++)
        {
            MountPlan mount = plan.Mounts[i];
            mounts[i] = new Mount
            {
                Path = mount.Path,
                Files = backends[i],
                State = _states.Of(mount.Scope),
                IsReadOnly = mount.IsReadOnly,
                Quotas = QuotasOf(plan, mount, ledgers),
            };
        }

        return new UserFileSystem(new UserFilesDefinition
        {
            Mounts = mounts,
            Permissions = plan.Permissions,
            Patterns = plan.Patterns,
            Rules = plan.RulesFor(backends),
            MaxUploadBytes = plan.MaxUploadBytes,
            Transfer = plan.TransferFrom(request.Remote.Address) is { IsLimited: true } transfer
                ? new TransferQuota(ledgers!.Of(plan.UserScope), transfer.MaxUploaded, transfer.MaxDownloaded, transfer.MaxTransferred)
                : null,
            Bandwidth = bandwidth?.Bandwidth,
            Options = _vfs,
            Source = new FileEventSource
            {
                UserName = request.User.UserName,
                Protocol = request.Protocol,
                Remote = request.Remote,
                Local = request.Local,
                ConnectionId = request.ConnectionId,
            },
            Events = _events,
            Lease = SessionLeases.Of(ledgers, bandwidth),
        });
    }

    private static QuotaShare[] QuotasOf(UserPlan plan, MountPlan mount, SessionLedgers? ledgers) => mount switch
    {
        { IsCounted: false } => [],
        { CountsInUser: true } =>
        [
            new QuotaShare(ledgers!.Of(mount.Scope), mount.MaxBytes, mount.MaxFiles),
            new QuotaShare(ledgers.Of(plan.UserScope), plan.MaxBytes, plan.MaxFiles),
        ],
        _ => [new QuotaShare(ledgers!.Of(mount.Scope), mount.MaxBytes, mount.MaxFiles)],
    };

    private static void DisposeAll(IFileSystem?[] backends)
    {
        foreach (IFileSystem? backend in backends)
        {
            (backend as IDisposable)?.Dispose();
        }
    }
}
