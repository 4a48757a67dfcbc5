using Hpc.Server.Configuration;

namespace Hpc.Server.Tests.Configuration;

public sealed class ClusterKeysTests
{
    private static readonly string[] OnPostgres = ["data_provider.driver=postgresql", "data_provider.host=127.0.0.1"];

    [Fact]
    public void One_node_alone_is_the_default()
    {
        ClusterSection cluster = Load().Cluster;
        cluster.Enabled.ShouldBeFalse();
        cluster.ShareLeaseMilliseconds.ShouldBe(2_250);
        cluster.Away.ShouldBe(AwayPolicyName.Share);
    }

    [Fact]
    public void All_keys_are_read()
    {
        ClusterSection cluster = Load(
            [
                .. OnPostgres, "defender.driver=provider", "cluster.enabled=true", "cluster.node_name=sftp-1.example", "cluster.address=10.0.0.1", "cluster.tick_milliseconds=500", "cluster.share_lease_milliseconds=2000",
                "cluster.node_lease_milliseconds=5000", "cluster.away=stop", "cluster.sessions_away=refuse", "cluster.max_sessions=1000", "cluster.max_sessions_per_host=10",
            ]).Cluster;
        cluster.Enabled.ShouldBeTrue();
        (cluster.NodeName, cluster.Address).ShouldBe(("sftp-1.example", "10.0.0.1"));
        (cluster.TickMilliseconds, cluster.ShareLeaseMilliseconds, cluster.NodeLeaseMilliseconds).ShouldBe((500, 2_000, 5_000));
        (cluster.Away, cluster.SessionsAway).ShouldBe((AwayPolicyName.Stop, SessionsAwayName.Refuse));
        (cluster.MaxSessions, cluster.MaxSessionsPerHost).ShouldBe((1_000, 10));
    }

    [Theory]
    [InlineData("cluster.enabled: found true with data_provider.driver sqlite", "cluster.enabled=true")]
    [InlineData("cluster.enabled: found true with data_provider.driver mysql", "cluster.enabled=true", "data_provider.driver=mysql", "data_provider.host=127.0.0.1")]
    [InlineData("cluster.share_lease_milliseconds: found 2000, allowed: at least 2.25 times cluster.tick_milliseconds (1000)", "cluster.share_lease_milliseconds=2000")]
    [InlineData("cluster.node_lease_milliseconds: found 2000, allowed: at least cluster.share_lease_milliseconds (2250)", "cluster.node_lease_milliseconds=2000")]
    [InlineData("defender.driver: found provider", "defender.driver=provider")]
    [InlineData("cluster.node_name: found \"a b\"", "cluster.node_name=a b")]
    public void What_does_not_go_together_is_told(string fault, params string[] settings) =>
        Should.Throw<ConfigurationException>(() => Load(settings)).Faults.ShouldContain(text => text.StartsWith(fault, StringComparison.Ordinal));

    [Fact]
    public void The_database_of_the_cluster_is_not_shown()
    {
        ConfigurationKey key = ConfigurationTable.Find("cluster.connection_string")!;
        key.IsSecret.ShouldBeTrue();
        key.Read(Load("cluster.connection_string=Host=db;Password=x"), 0).ShouldBe("(not shown)");
    }

    private static HpcOptions Load(params string[] settings) => ConfigurationLoader.Bind(
        [.. settings.Select(static setting => setting.Split('=', 2)).Select(static parts => new ConfigurationEntry(parts[0], parts[1], EntryKind.Plain, "--set"))]);
}
