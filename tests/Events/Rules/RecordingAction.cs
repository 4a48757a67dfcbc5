using System.Collections.Concurrent;
using Hpc.Accounts.Objects;
using Hpc.Events.Rules;

namespace Hpc.Events.Tests.Rules;

/// <summary>Notes what it is asked, and answers as a test wants it.</summary>
internal sealed class RecordingAction(int type = 1) : IRuleAction
{
    public ConcurrentQueue<(string Action, RuleRun Run)> Ran { get; } = new();

    /// <summary>By the name of the action: what went wrong.</summary>
    public Dictionary<string, string> Problems { get; } = new(StringComparer.Ordinal);

    /// <summary>By the name of the action: what it waits for.</summary>
    public Dictionary<string, Task> Waits { get; } = new(StringComparer.Ordinal);

    /// <summary>By the name of the action: what it waits for, whatever the server does.</summary>
    public Dictionary<string, Task> Hangs { get; } = new(StringComparer.Ordinal);

    public int Type => type;

    public async ValueTask<string?> RunAsync(EventRuleAction action, RuleRun run, CancellationToken ct)
    {
        Ran.Enqueue((action.Name, run));
        if (Waits.TryGetValue(action.Name, out Task? wait))
        {
            await wait.WaitAsync(ct);
        }

        if (Hangs.TryGetValue(action.Name, out Task? hang))
        {
            await hang;
        }

        if (!Problems.TryGetValue(action.Name, out string? problem))
        {
            return null;
        }

        return problem.StartsWith("throws", StringComparison.Ordinal) ? throw new InvalidOperationException(problem) : problem;
    }
}
