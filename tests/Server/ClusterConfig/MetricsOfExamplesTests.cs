using System.Text.Json;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.ClusterConfig;

/// <summary>Alerts and dashboard ask for metrics that there are.</summary>
public sealed class MetricsOfExamplesTests
{
    // A server without a cluster has none of these. Where they are made is searched for them.
    private static readonly string[] OfTheCluster =
    [
        "hpc_cluster_ticks_total", "hpc_cluster_tick_failures_total", "hpc_cluster_tick_seconds_bucket", "hpc_cluster_tick_seconds_sum", "hpc_cluster_tick_seconds_count",
        "hpc_cluster_joins_total", "hpc_cluster_fenced_total", "hpc_cluster_lease_age_seconds", "hpc_cluster_has_lease", "hpc_cluster_is_leader",
        "hpc_cluster_nodes", "hpc_cluster_scopes", "hpc_cluster_demands_total", "hpc_cluster_grants_total", "hpc_cluster_notices_total",
    ];

    [Fact]
    public async Task Every_metric_of_the_alerts_is_exported()
    {
        string[] expressions = [.. ExampleFiles.Values(ExampleFiles.ReadYaml("prometheus/alerts.yaml"), "expr")];
        expressions.Length.ShouldBeGreaterThan(20);
        await ShouldBeExportedAsync(expressions);
    }

    [Fact]
    public async Task Every_metric_of_the_dashboard_is_exported()
    {
        using JsonDocument dashboard = JsonDocument.Parse(ExampleFiles.Read("grafana/hpc.json"));
        string[] expressions = [.. ExampleFiles.Values(dashboard.RootElement, "expr"), .. ExampleFiles.Values(dashboard.RootElement, "query")];
        expressions.Length.ShouldBeGreaterThan(50);
        await ShouldBeExportedAsync(expressions);
    }

    [Fact]
    public void Metrics_of_the_cluster_are_made_by_the_server()
    {
        string source = string.Concat(
            Directory.EnumerateFiles(Path.Combine(ExampleFiles.Repository, "src", "Server"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        OfTheCluster.Where(name => !Stems(name).Any(stem => source.Contains($"\"{stem}\"", StringComparison.Ordinal))).ShouldBeEmpty();
    }

    private static async Task ShouldBeExportedAsync(string[] expressions)
    {
        using var directory = new TemporaryDirectory();
        await using ServerRun server = await ServerRun.StartAsync(directory.Path);
        HashSet<string> exported = ExportedNames.Read();
        exported.ShouldContain("hpc_sftp_operation_duration_seconds_bucket");
        exported.UnionWith(OfTheCluster);
        ExampleFiles.Metrics(expressions).Where(name => !exported.Contains(name)).ShouldBeEmpty();
    }

    // As instruments are named, with or without the unit and what is put behind.
    private static IEnumerable<string> Stems(string name)
    {
        string plain = name;
        foreach (string ending in (string[])["_bucket", "_sum", "_count", "_total"])
        {
            plain = plain.EndsWith(ending, StringComparison.Ordinal) ? plain[..^ending.Length] : plain;
        }

        return [plain, plain.Replace("_seconds", "", StringComparison.Ordinal)];
    }
}
