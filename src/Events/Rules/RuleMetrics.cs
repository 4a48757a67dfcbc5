using System.Diagnostics.Metrics;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Events.Rules;

/// <summary>Counts what rules do.</summary>
internal sealed class RuleMetrics : IDisposable
{
    private readonly Meter _meter = new("Hpc.EventRules");

    // By type, done and failed; 0 is every type that is not known.
    private readonly long[] _actions = new long[2 * (EventActionTypes.Last + 1)];
    private long _done;
    private long _failed;
    private long _missed;

    public RuleMetrics(Func<int> running)
    {
        _meter.CreateObservableCounter("hpc_event_rules", () => (Measurement<long>[])[Of(ref _done, "done"), Of(ref _failed, "failed"), Of(ref _missed, "missed")], null, "Runs of event rules on this node that have ended, and hours that were missed.");
        _meter.CreateObservableCounter("hpc_event_actions", ActionCounts, null, "Actions of event rules that have ended, by type and outcome.");
        _meter.CreateObservableGauge("hpc_event_rules_running", running, null, "Event rules that run.");
    }

    /// <summary>Hours whose rules could not be begun.</summary>
    public long Missed => Volatile.Read(ref _missed);

    public void RuleEnded(bool isDone) => Interlocked.Increment(ref isDone ? ref _done : ref _failed);

    public void HoursMissed(long hours) => Interlocked.Add(ref _missed, hours);

    public void ActionEnded(int type, bool isDone) => Interlocked.Increment(ref _actions[(2 * (type is > 0 and <= EventActionTypes.Last ? type : 0)) + (isDone ? 0 : 1)]);

    public void Dispose() => _meter.Dispose();

    private static Measurement<long> Of(ref long count, string outcome) => new(Volatile.Read(ref count), new KeyValuePair<string, object?>("outcome", outcome));

    private IEnumerable<Measurement<long>> ActionCounts()
    {
        for (int i = 0; i < _actions.Length; i++)
        {
            if (Volatile.Read(ref _actions[i]) is > 0 and long count)
            {
                yield return new(count, new("type", RuleRunner.NameOf(i / 2)), new("outcome", i % 2 == 0 ? "done" : "failed"));
            }
        }
    }
}
