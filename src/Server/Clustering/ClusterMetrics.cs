using System.Diagnostics.Metrics;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;

namespace Hpc.Server.Clustering;

/// <summary>Shows what happens between this node and the cluster as metrics.</summary>
internal sealed class ClusterMetrics : IDisposable
{
    private readonly Meter _meter = new("Hpc.Server.Cluster");
    private readonly Histogram<double> _ticks;

    public ClusterMetrics(ClusterNode node, ClusterRates rates)
    {
        _ticks = _meter.CreateHistogram(
            "hpc_cluster_tick_seconds", null, "From sending a tick to having handled its answer.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] });
        _meter.CreateObservableCounter("hpc_cluster_ticks", () => node.Counters.Ticks, null, "Ticks that were answered.");
        _meter.CreateObservableCounter("hpc_cluster_tick_failures", () => node.Counters.Failures, null, "Calls of the cluster's database that failed.");
        _meter.CreateObservableCounter("hpc_cluster_joins", () => node.Counters.Joins, null, "Times that the node joined.");
        _meter.CreateObservableCounter("hpc_cluster_fenced", () => node.Counters.Fenced, null, "Times that the lease on limits over all nodes ran out.");
        _meter.CreateObservableCounter("hpc_cluster_demands", () => node.Counters.DemandsTold, null, "Demands on shared speeds that were told.");
        _meter.CreateObservableCounter("hpc_cluster_grants", () => node.Counters.GrantsHeard, null, "Shares of speeds that were granted anew.");
        _meter.CreateObservableCounter("hpc_cluster_notices", () => node.Counters.Notices, null, "Notices of other nodes.");
        _meter.CreateObservableGauge("hpc_cluster_lease_age_seconds", () => node.Counters.LeaseAge.TotalSeconds, null, "Since the last answered tick was sent.");
        _meter.CreateObservableGauge("hpc_cluster_has_lease", () => node.HasLease ? 1 : 0, null, "1 while the node has its shares of limits over all nodes.");
        _meter.CreateObservableGauge("hpc_cluster_is_leader", () => node.IsLeader ? 1 : 0, null, "1 while the node does what one node alone does.");
        _meter.CreateObservableGauge("hpc_cluster_nodes", () => node.Nodes, null, "Nodes, as last heard.");
        _meter.CreateObservableGauge("hpc_cluster_scopes", () => node.Counters.Scopes, null, "Shared speeds in use on this node.");
        _meter.CreateObservableGauge("hpc_cluster_scopes_without_share", () => rates.Counters.Ungranted + rates.Counters.Unplaced, null, "Shared speeds that wait for their first share, or for a place among the most that a node may have.");
        _meter.CreateObservableCounter("hpc_cluster_first_shares", () => rates.Counters.FirstGrants, null, "Shared speeds that got their first share.");
        _meter.CreateObservableCounter("hpc_cluster_first_share_seconds", () => rates.Counters.FirstGrantTime.TotalSeconds, null, "Time that shared speeds waited for their first share, in all.");
        _meter.CreateObservableCounter("hpc_cluster_hurries", () => rates.Counters.Hurries, null, "Ticks before their time that transfers asked for.");
    }

    public void Record(TimeSpan duration) => _ticks.Record(duration.TotalSeconds);

    public void Dispose() => _meter.Dispose();
}
