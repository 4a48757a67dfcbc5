using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Kernel;
using Hpc.Actors.Sessions;
using Hpc.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>A node with sessions that have their places over all nodes.</summary>
internal sealed class WiredNode : IClusterEvents, IAsyncDisposable
{
    private readonly ActorSystem _system = new();
    private int _connections;

    public WiredNode(IClusterEngine engine, ClusterOptions options, TimeProvider? time = null, int maxOfHost = 0, int maxTotal = 0)
    {
        Node = new ClusterNode(_system, engine, options, this, NullLogger<ClusterNode>.Instance);
        Places = new ClusterPlaces(Node, maxOfHost, maxTotal, time ?? TimeProvider.System);
        Gate = new SessionGate(_system, static (_, _) => new(Opened(NoFiles.Create())), new SessionLimits(), TimeProvider.System, NullLogger<SessionGate>.Instance, Places);
        Sessions = new ClusterSessions(Node, Gate);
        Node.Start();
    }

    public ClusterNode Node { get; }

    public ClusterPlaces Places { get; }

    public SessionGate Gate { get; }

    public ClusterSessions Sessions { get; }

    public Task BecomesMemberAsync() => UntilAsync(() => Node.HasLease, "it never became a member");

    public async Task<SessionGrant?> TryOpenAsync(string user = "ann", int max = 0) => await Gate.OpenAsync(Request(user, max), default);

    public async Task<SessionGrant> OpenAsync(string user = "ann", int max = 0) => (await TryOpenAsync(user, max)).ShouldNotBeNull();

    public void OnEndSession(string sessionId) => _ = Gate.KickAsync(sessionId, default).AsTask();

    public void OnEndSessionsOfUser(string userName) => _ = Gate.KickUserAsync(userName, default).AsTask();

    public void OnBans(IReadOnlyList<ClusterBan> bans)
    {
    }

    public void OnBan(string host, TimeSpan left)
    {
    }

    public void OnUnban(string host)
    {
    }

    public void OnChanged()
    {
    }

    public void OnNoticesMissed()
    {
    }

    public void OnLeadership(bool isLeader)
    {
    }

    public async ValueTask DisposeAsync() => await _system.StopAsync();

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse(what);
            await Task.Yield();
        }
    }

    // An interface takes no part in user-defined conversions; a value of the type parameter does.
    private static StorageResult<T> Opened<T>(T files) => files;

    private SessionRequest Request(string user, int max) => new()
    {
        User = new UserAccount { UserName = user, HomeDirectory = "/nowhere", MaxSessions = max },
        Protocol = "SFTP",
        Remote = new IPEndPoint(IPAddress.Loopback, 50_000),
        Local = new IPEndPoint(IPAddress.Loopback, 2022),
        ClientVersion = "SSH-2.0-Test",
        Method = LoginMethod.PublicKey,
        ConnectionId = $"c{Interlocked.Increment(ref _connections)}",
    };
}

/// <summary>A file system that holds nothing.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy derives from it.")]
internal class NoFiles : DispatchProxy
{
    public static IFileSystem Create() => Create<IFileSystem, NoFiles>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new NotSupportedException();
}
