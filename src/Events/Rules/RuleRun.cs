using Hpc.Accounts.Objects;

namespace Hpc.Events.Rules;

/// <summary>One run of a rule.</summary>
/// <param name="Rule">The rule with its actions, as it was when the run began.</param>
/// <param name="Event">What it is for: <c>Schedule</c> or <c>OnDemand</c>.</param>
/// <param name="At">When it began; of a schedule the full hour.</param>
/// <param name="Id">Unique.</param>
public sealed record RuleRun(EventRule Rule, string Event, DateTimeOffset At, string Id)
{
    /// <summary>What went wrong so far, one line for each action that failed.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
