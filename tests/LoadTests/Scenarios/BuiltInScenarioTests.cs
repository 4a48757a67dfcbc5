using Hpc.LoadTests.Cli;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Tests.Scenarios;

public sealed class BuiltInScenarioTests
{
    [Fact]
    public void All_are_there() =>
        ScenarioSource.Names.ShouldBe(["big-files", "gigabit", "login-storm", "many-idle", "mixed-day", "slow-clients", "small-files", "wan"]);

    [Fact]
    public void Each_is_in_order_and_bears_its_name()
    {
        foreach (string name in ScenarioSource.Names)
        {
            Scenario scenario = ScenarioSource.Read(name, []);
            scenario.Name.ShouldBe(name);
            scenario.Description.ShouldNotBeEmpty();
            scenario.Thresholds.ShouldContain(static threshold => threshold.Metric == "errors");
        }
    }

    [Fact]
    public void Many_idle_takes_ten_thousand_sessions() => ScenarioSource.Read("many-idle", ["sessions=10000"]).MaxSessions.ShouldBe(10_000);

    [Fact]
    public void A_name_that_is_none_is_refused_with_the_one_that_was_meant() =>
        Should.Throw<UsageException>(static () => ScenarioSource.Read("many-idel", [])).Message.ShouldContain("did you mean 'many-idle'");
}
