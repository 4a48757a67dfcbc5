using Hpc.Accounts.Objects;
using Hpc.Events.Rules;
using Hpc.TestKit;

namespace Hpc.Events.Tests.Rules;

public sealed class RuleRunnerTests : IDisposable
{
    private readonly RecordingAction _action = new();
    private readonly RuleMetrics _metrics = new(() => 0);
    private readonly ListLogger<EventRules> _log = new();

    public void Dispose() => _metrics.Dispose();

    [Theory]
    [InlineData("", "one two three")]
    [InlineData("two", "one two three mail page")]
    [InlineData("one", "one mail page")]
    [InlineData("one three mail", "one mail")]
    [InlineData("two mail", "one two three mail")]
    public async Task Actions_run_in_their_order_and_failure_actions_behind_them(string failing, string expected)
    {
        foreach (string name in failing.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _action.Problems[name] = "no";
        }

        await RunAsync(
            Action("mail", 2, isFailure: true, stops: true), Action("three", 9), Action("one", 1, stops: true), Action("two", 5), Action("page", 3, isFailure: true));
        string.Join(' ', _action.Ran.Select(ran => ran.Action)).ShouldBe(expected);
    }

    [Fact]
    public async Task Failure_actions_are_told_what_went_wrong()
    {
        _action.Problems["one"] = "no room";
        _action.Problems["two"] = "throws";
        await RunAsync(Action("one", 1), Action("two", 2), Action("three", 3, type: 9), Action("mail", 1, isFailure: true));
        _action.Ran.Last().Run.Problems.ShouldBe(["one: no room", "two: throws", "three: actions of type 9 (filesystem) are not run by this version"]);
        _log.Lines.Count(line => line.Message.StartsWith("action ", StringComparison.Ordinal) && line.Message.Contains("failed: ", StringComparison.Ordinal)).ShouldBe(3);
        _log.Lines[^1].Message.ShouldStartWith("event rule r, run id: failed after");
    }

    [Fact]
    public async Task The_end_of_the_server_ends_a_run()
    {
        _action.Waits["one"] = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();
        Task run = RunAsync(stop.Token, Action("one", 1), Action("two", 2), Action("mail", 1, isFailure: true));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(run);
        _action.Ran.Count.ShouldBe(1);
    }

    private static EventRuleAction Action(string name, int order, bool isFailure = false, bool stops = false, int type = 1) =>
        new() { Name = name, Type = type, Order = order, RelationOptions = new() { IsFailureAction = isFailure, StopOnFailure = stops } };

    private Task RunAsync(params EventRuleAction[] actions) => RunAsync(CancellationToken.None, actions);

    private Task RunAsync(CancellationToken ct, params EventRuleAction[] actions) =>
        new RuleRunner([_action], _metrics, new ManualTimeProvider(), _log).RunAsync(new RuleRun(new EventRule { Name = "r", Actions = actions }, "Schedule", DateTimeOffset.UnixEpoch, "id"), ct);
}
