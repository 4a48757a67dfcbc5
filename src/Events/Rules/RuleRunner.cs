using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Rules;

/// <summary>Runs the actions of a rule, one after the other (R8.7): in their order; behind them the failure actions, if another has failed.</summary>
internal sealed class RuleRunner(IReadOnlyList<IRuleAction> actions, RuleMetrics metrics, TimeProvider time, ILogger logger)
{
    private static readonly string[] TypeNames =
        ["", "http", "command", "email", "backup", "user_quota_reset", "folder_quota_reset", "transfer_quota_reset", "data_retention", "filesystem", "metadata_check", "password_expiration", "user_expiration", "idp_account", "user_inactivity", "log_rotation"];

    private readonly Dictionary<int, IRuleAction> _actions = actions.ToDictionary(action => action.Type);

    /// <summary>Name of a type for people and metrics.</summary>
    public static string NameOf(int type) => type is > 0 and <= EventActionTypes.Last ? TypeNames[type] : "unknown";

    /// <summary>True if actions of this type are run.</summary>
    public bool Runs(int type) => _actions.ContainsKey(type);

    /// <summary>Never throws, unless the server stops.</summary>
    public async Task RunAsync(RuleRun run, CancellationToken ct)
    {
        long started = time.GetTimestamp();
        List<string> problems = [];
        foreach (EventRuleAction action in InOrder(run.Rule, areFailureActions: false))
        {
            if (await TryAsync(action, run, ct).ConfigureAwait(false) is { } problem)
            {
                problems.Add(problem);
                if (action.RelationOptions.StopOnFailure)
                {
                    break;
                }
            }
        }

        if (problems.Count > 0)
        {
            RuleRun failed = run with { Problems = problems };
            foreach (EventRuleAction action in InOrder(run.Rule, areFailureActions: true))
            {
                if (await TryAsync(action, failed, ct).ConfigureAwait(false) is not null && action.RelationOptions.StopOnFailure)
                {
                    break;
                }
            }
        }

        metrics.RuleEnded(problems.Count == 0);
        RulesLog.Ended(logger, run.Rule.Name, run.Id, problems.Count == 0 ? "done" : "failed", time.GetElapsedTime(started).TotalMilliseconds);
    }

    private static IEnumerable<EventRuleAction> InOrder(EventRule rule, bool areFailureActions) =>
        rule.Actions.Where(action => action.RelationOptions.IsFailureAction == areFailureActions).OrderBy(action => action.Order);

    private async ValueTask<string?> TryAsync(EventRuleAction action, RuleRun run, CancellationToken ct)
    {
        string? problem;
        try
        {
            problem = _actions.TryGetValue(action.Type, out IRuleAction? known)
                ? await known.RunAsync(action, run, ct).ConfigureAwait(false)
                : $"actions of type {action.Type} ({NameOf(action.Type)}) are not run by this version";
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            RulesLog.ActionThrew(logger, action.Name, run.Rule.Name, error);
            problem = error.Message;
        }

        metrics.ActionEnded(action.Type, problem is null);
        if (problem is null)
        {
            return null;
        }

        RulesLog.ActionFailed(logger, action.Name, run.Rule.Name, run.Id, problem);
        return $"{action.Name}: {problem}";
    }
}
