using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

/// <summary>A node that a test moves by hand.</summary>
internal sealed class TestNode(IClusterEngine engine, string name, long epoch)
{
    public NodeEpoch Epoch { get; private set; } = new(name, epoch);

    public JoinReply Joined { get; set; } = null!;

    public long Cursor { get; set; }

    public long Sequence { get; set; }

    public TickRequest Last { get; private set; } = null!;

    public TickReply Reply { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public JoinRequest MakeJoin(DefenderParameters? defender = null, params HeldPlace[] sessions) => new()
    {
        Node = Epoch,
        ShareLease = TimeSpan.FromSeconds(3),
        NodeLease = TimeSpan.FromSeconds(8),
        Version = "1.2.3",
        Address = "192.0.2.10",
        Cursor = Cursor,
        Sessions = sessions,
        Defender = defender,
    };

    public async Task RejoinAsync(params HeldPlace[] sessions)
    {
        Epoch = Epoch with { Epoch = Epoch.Epoch + 1 };
        Sequence = 0;
        Joined = await engine.JoinAsync(MakeJoin(null, sessions), Ct);
        Cursor = Joined.Cursor;
    }

    public Task<TickReply> TickAsync(params ShareDemand[] demands) => TickAsync(request => request with { Shares = demands });

    public async Task<TickReply> TickAsync(Func<TickRequest, TickRequest> change)
    {
        Last = change(new TickRequest { Node = Epoch, Sequence = ++Sequence, Cursor = Cursor });
        return await RepeatAsync();
    }

    public async Task<TickReply> RepeatAsync()
    {
        Reply = await engine.TickAsync(Last, Ct);
        Cursor = Reply.IsFenced ? Cursor : Reply.Cursor;
        return Reply;
    }

    public async Task<long> GrantAsync(ShareDemand demand)
    {
        TickReply reply = await TickAsync(demand);
        return reply.Grants.Single(grant => grant.Scope == demand.Scope).Rate;
    }

    public async Task<PlaceReply> OpenAsync(HeldPlace place, params string[] closed) =>
        await engine.OpenSessionAsync(new PlaceRequest { Node = Epoch, Place = place, Closed = closed }, Ct);
}
