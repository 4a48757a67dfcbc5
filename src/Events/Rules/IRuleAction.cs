using Hpc.Accounts.Objects;

namespace Hpc.Events.Rules;

/// <summary>What actions of one type do.</summary>
public interface IRuleAction
{
    /// <summary>Which type; see <see cref="Accounts.Objects.Validation.EventActionTypes"/>.</summary>
    int Type { get; }

    /// <summary>Does it.</summary>
    /// <param name="action">The action with its options; secrets in it are encrypted.</param>
    /// <param name="run">What it is done for.</param>
    /// <param name="ct">The server stops.</param>
    /// <returns>Null if it is done, else what went wrong, in words. An exception is a failure, too.</returns>
    ValueTask<string?> RunAsync(EventRuleAction action, RuleRun run, CancellationToken ct);
}
