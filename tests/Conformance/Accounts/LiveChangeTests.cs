using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Changes by REST while clients are at work (F19, F35, F37).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class LiveChangeTests(AccountsServer server)
{
    private const string Script = "accounts_live.py";

    [Fact]
    public Task A_change_is_in_force_for_the_next_operation_of_an_open_session() => server.RunAsync(Script, "changes");

    [Fact]
    public Task A_session_ends_when_its_user_may_not_log_in_any_more() => server.RunAsync(Script, "ends");

    [Fact]
    public Task A_download_under_way_is_listed_and_closed() => server.RunAsync(Script, "kick");

    [Fact]
    public Task Quotas_hold_and_what_is_used_is_counted_and_set() => server.RunAsync(Script, "quotas");
}
