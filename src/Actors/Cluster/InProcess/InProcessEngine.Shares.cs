namespace Hpc.Actors.Cluster.InProcess;

// Shares of limits: Σ held ≤ limit, since nobody is granted more than what the others do not hold.
public sealed partial class InProcessEngine
{
    private long[] _wanted = new long[16];
    private int[] _weights = new int[16];
    private long[] _targets = new long[16];

    private void Demand(NodeEntry node, ShareDemand demand, long sequence)
    {
        if (!node.Shares.TryGetValue(demand.Scope, out ShareEntry? share))
        {
            if (!_scopes.TryGetValue(demand.Scope, out ScopeEntry? scope))
            {
                _scopes[demand.Scope] = scope = new ScopeEntry(demand.Scope);
            }

            node.Shares[demand.Scope] = share = new ShareEntry(scope, node);
            scope.Add(share);
        }

        // While nothing else is known, what a node says that it has is what it has.
        share.Kept = IsLearning ? demand.InForce : Math.Min(demand.InForce, share.Kept);
        share.Limit = demand.Limit;
        share.Wanted = demand.Wanted;
        share.Weight = demand.Weight;
        share.InForce = demand.InForce;
        share.Granted = 0;
        share.Stamp = sequence;
    }

    private void Release(NodeEntry node, IReadOnlyList<string> scopes)
    {
        for (int i = 0; i < scopes.Count; i++)
        {
            if (node.Shares.Remove(scopes[i], out ShareEntry? share))
            {
                node.Dirty.Remove(share);
                RemoveShare(share);
            }
        }
    }

    private void ReleaseUntold(NodeEntry node, long sequence)
    {
        foreach (ShareEntry share in node.Shares.Values.Where(share => share.Stamp != sequence).ToArray())
        {
            node.Shares.Remove(share.Scope.Name);
            node.Dirty.Remove(share);
            RemoveShare(share);
        }
    }

    private void RemoveShare(ShareEntry share)
    {
        ScopeEntry scope = share.Scope;
        scope.Shares.Remove(share);
        if (scope.Shares.Count == 0)
        {
            _scopes.Remove(scope.Name);
        }
        else
        {
            Settle(scope, except: null);
        }
    }

    /// <summary>Sets the targets of the nodes whose lease lasts.</summary>
    private void Divide(ScopeEntry scope)
    {
        if (_wanted.Length < scope.Shares.Count)
        {
            _wanted = new long[scope.Shares.Count * 2];
            _weights = new int[scope.Shares.Count * 2];
            _targets = new long[scope.Shares.Count * 2];
        }

        int count = 0;
        foreach (ShareEntry share in scope.Shares)
        {
            if (share.Node.IsLive)
            {
                _wanted[count] = share.Wanted;
                _weights[count++] = share.Weight;
            }
        }

        if (count == 0)
        {
            return;
        }

        ShareDivision.Divide(scope.Limit, _wanted.AsSpan(0, count), _weights.AsSpan(0, count), _targets.AsSpan(0, count));
        count = 0;
        foreach (ShareEntry share in scope.Shares)
        {
            share.Target = share.Node.IsLive ? _targets[count++] : 0;
        }
    }

    // What others hold is not there to be granted, whatever the limit is; what the node keeps to is, since it is counted already.
    private long GrantOf(ShareEntry share)
    {
        long free = IsLearning ? 0 : share.Scope.Limit - (share.Scope.Held - share.Held);
        return Math.Max(Math.Min(share.Target, Math.Max(free, 0)), Math.Min(share.Target, share.Kept));
    }

    /// <summary>Something has changed in a scope: who is to be told of it, and who at once.</summary>
    private void Settle(ScopeEntry scope, ShareEntry? except)
    {
        if (scope.Shares.Count == 1 && except is not null)
        {
            return;
        }

        Divide(scope);
        bool isStarved = IsStarved(scope);
        foreach (ShareEntry share in scope.Shares)
        {
            if (ReferenceEquals(share, except) || !share.Node.IsLive)
            {
                continue;
            }

            long next = GrantOf(share);
            if (!ClusterRules.IsMaterial(share.Granted, next))
            {
                continue;
            }

            share.Node.Dirty.Add(share);
            if (next < share.Granted ? isStarved : share.Granted < share.Wanted)
            {
                share.Node.Hurry.Set();
            }
        }
    }

    private static bool IsStarved(ScopeEntry scope)
    {
        foreach (ShareEntry share in scope.Shares)
        {
            long due = Math.Min(share.Target, share.Wanted);
            if (share.Node.IsLive && due > share.Granted && ClusterRules.IsMaterial(share.Granted, due))
            {
                return true;
            }
        }

        return false;
    }
}
