namespace Hpc.Actors.Cluster.Node;

/// <summary>Counts of <see cref="ClusterCounters"/>; written on the actor's turn, read by anybody.</summary>
internal sealed class NodeTally
{
    public long Ticks;
    public long Failures;
    public long Joins;
    public long Fenced;
    public long TakenOver;
    public long DemandsTold;
    public long GrantsHeard;
    public long Notices;
    public TimeSpan LastDuration;

    public void Count(TickRequest request, TickReply reply, TimeSpan duration)
    {
        Ticks++;
        DemandsTold += request.Shares.Count;
        GrantsHeard += reply.Grants.Count;
        Notices += reply.Notices.Count;
        LastDuration = duration;
    }
}
