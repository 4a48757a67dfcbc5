using System.Collections.Concurrent;
using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using Hpc.Storage.Memory;
using Hpc.Storage.Vfs;

namespace Hpc.HttpApi.Tests;

/// <summary>Opens sessions on files in memory, one tree for each user, with the permissions of the account.</summary>
internal sealed class MemorySessions : ISessionGate, IFileEventSink
{
    private readonly ConcurrentDictionary<string, UserTree> _trees = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MemoryGrant, bool> _open = [];
    private int _next;

    /// <summary>Most sessions at once; 0 is no limit.</summary>
    public int Limit { get; set; }

    /// <summary>Why no session may begin; null lets them.</summary>
    public SessionObstacle? Obstacle { get; set; }

    public Func<UserFilesDefinition, UserFilesDefinition> Configure { get; set; } = static definition => definition;

    /// <summary>Every session that was opened.</summary>
    public ConcurrentQueue<SessionRequest> Requests { get; } = [];

    public ConcurrentQueue<FileEvent> Events { get; } = [];

    public ConcurrentQueue<SessionEndReason> Ends { get; } = [];

    public IReadOnlyCollection<MemoryGrant> Open => [.. _open.Keys];

    public MemoryFileSystem FilesOf(string user) => TreeOf(user).Files;

    public void Publish(in FileEvent fileEvent) => Events.Enqueue(fileEvent);

    public ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct)
    {
        Requests.Enqueue(request);
        if (Obstacle is { } obstacle)
        {
            request.Refused?.Invoke(obstacle);
            return new((SessionGrant?)null);
        }

        if (Limit > 0 && _open.Count >= Limit)
        {
            return new((SessionGrant?)null);
        }

        UserTree tree = TreeOf(request.User.UserName);
        PermissionSet.TryCreate(request.User.Permissions, request.User.DirectoryPermissions.Select(entry => (entry.Path, entry.Names)), out PermissionSet permissions, out string error).ShouldBeTrue(error);
        var files = new UserFileSystem(Configure(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = tree.Files, State = tree.State }],
            Permissions = permissions,
            MaxUploadBytes = request.User.MaxUploadBytes,
            Source = new FileEventSource { UserName = request.User.UserName, Protocol = request.Protocol },
            Events = this,
        }));
        VirtualPath.TryParse(request.User.StartDirectory, VirtualPath.Root, out VirtualPath start).ShouldBeTrue();
        var grant = new MemoryGrant(this, files, Interlocked.Increment(ref _next).ToString("x16", null), start);
        _open[grant] = true;
        return new(grant);
    }

    private UserTree TreeOf(string user) => _trees.GetOrAdd(user, static name => new UserTree(new MemoryFileSystem(), new MountState("user:" + name)));

    private sealed record UserTree(MemoryFileSystem Files, MountState State);

#pragma warning disable CA1001 // Its token is looked at after the session is closed.
    internal sealed class MemoryGrant(MemorySessions gate, UserFileSystem files, string id, VirtualPath start) : SessionGrant
    {
        private readonly CancellationTokenSource _ended = new();
        private SessionEndReason _reason;

        public override string SessionId => id;

        public override IFileSystem Files => files;

        public override VirtualPath StartDirectory => start;

        public override CancellationToken Ended => _ended.Token;

        public override SessionEndReason EndReason => _reason;

        public void End(SessionEndReason reason)
        {
            _reason = reason;
            _ended.Cancel();
        }

        public override void Close(SessionEndReason reason)
        {
            files.Dispose();
            gate.Ends.Enqueue(reason);
            gate._open.TryRemove(this, out _).ShouldBeTrue();
        }
    }
}
