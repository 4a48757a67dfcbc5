using Hpc.Conformance.Tests.Accounts;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Bandwidth;

/// <summary>Bandwidth limits with OpenSSH and curl (F36). A transfer may take any time more than its limit asks for, and none less.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class BandwidthTests(AccountsServer server)
{
    private const string Script = "bandwidth.py";

    [Fact]
    public Task Sftp_and_scp_keep_to_the_limit_of_the_user_both_ways() => server.RunAsync(Script, "ssh");

    [Fact]
    public Task Http_and_shares_keep_to_the_limit_of_the_user() => server.RunAsync(Script, "http");

    [Fact]
    public Task A_limit_by_network_takes_the_place_of_the_users() => server.RunAsync(Script, "networks");

    [Fact]
    public Task Sessions_of_a_user_over_all_protocols_share_its_limit() => server.RunAsync(Script, "shared");

    [Fact]
    public Task Members_of_a_group_share_its_total() => server.RunAsync(Script, "group");

    [Fact]
    public Task A_limit_that_is_lifted_lets_a_running_transfer_go_at_once() => server.RunAsync(Script, "lifted");
}
