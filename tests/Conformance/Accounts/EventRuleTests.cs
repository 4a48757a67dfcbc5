using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>Event rules by REST; those on a schedule are in tests/Events and load-tests/cluster.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class EventRuleTests(AccountsServer server)
{
    [Fact]
    public Task Rules_on_demand_call_save_and_count() => server.RunAsync("accounts_rules.py", "on_demand");
}
