namespace Hpc.Actors.Cluster.InProcess;

/// <summary>A limit over all nodes.</summary>
internal sealed class ScopeEntry(string name)
{
    public string Name { get; } = name;

    /// <summary>In the order of the nodes' names.</summary>
    public List<ShareEntry> Shares { get; } = [];

    public long Held
    {
        get
        {
            long held = 0;
            foreach (ShareEntry share in Shares)
            {
                held += share.Held;
            }

            return held;
        }
    }

    public int LiveNodes
    {
        get
        {
            int live = 0;
            foreach (ShareEntry share in Shares)
            {
                live += share.Node.IsLive ? 1 : 0;
            }

            return live;
        }
    }

    /// <summary>The smallest that a live node has told.</summary>
    public long Limit
    {
        get
        {
            long limit = long.MaxValue;
            foreach (ShareEntry share in Shares)
            {
                limit = share.Node.IsLive ? Math.Min(limit, share.Limit) : limit;
            }

            return limit;
        }
    }

    public void Add(ShareEntry share)
    {
        int at = Shares.Count;
        while (at > 0 && string.CompareOrdinal(Shares[at - 1].Node.Name, share.Node.Name) > 0)
        {
            at--;
        }

        Shares.Insert(at, share);
    }
}
