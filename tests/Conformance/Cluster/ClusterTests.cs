using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Cluster;

/// <summary>Three servers on one PostgreSQL with real clients: what is limited is limited over all of them.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class ClusterTests(ClusterServers servers)
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(60);

    [Fact]
    public Task Sessions_of_a_user_are_counted_over_all_nodes() => servers.RunAsync("sessions");

    [Fact]
    public Task Sessions_of_all_nodes_are_listed_and_ended_from_any() => servers.RunAsync("lists");

    [Fact]
    public Task Failed_logins_on_all_nodes_add_up_to_a_ban_on_all() => servers.RunAsync("bans");

    [Fact]
    public Task A_disabled_user_is_out_on_all_nodes() => servers.RunAsync("disabled");

    [Fact]
    public Task A_revoked_share_and_a_changed_limit_are_in_force_on_all_nodes() => servers.RunAsync("changed");

    [Fact]
    public Task A_speed_is_for_the_downloads_and_uploads_of_all_nodes_together() => servers.RunAsync("bandwidth");

    [Fact]
    public Task A_quota_is_for_the_uploads_of_all_nodes_together() => servers.RunAsync("quota");

    [Fact]
    public Task What_one_node_acknowledged_the_next_operation_on_another_sees() => servers.RunAsync("seen");

    [Fact]
    public Task Places_of_a_killed_node_come_back() => servers.RunAsync("killed", async run =>
    {
        await run("all_there");
        await run("killed");
        await servers.RestartLastAsync();
        await run("all_there");
    });

    [Fact]
    public Task A_drained_node_hands_back_at_once_and_comes_again() => servers.RunAsync("drained", async run =>
    {
        await run("all_there");
        servers.Last.SignalTerminate();
        (await servers.Last.WaitForExitAsync(EndTime)).ShouldBe(0);
        servers.Last.Log.ShouldContain("has left the cluster");
        await run("last_is_gone");
        await servers.RestartLastAsync();
        await run("all_there");
    });
}
