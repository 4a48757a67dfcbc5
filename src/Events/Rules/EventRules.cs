using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Rules;

/// <summary>
/// Event rules that run at full hours (trigger 3) and when they are asked for (trigger 6). Of all nodes on one data provider exactly one runs a rule at an hour,
/// unless the rule is for every node; a node that dies while it runs one leaves it at that. The rules are read when they are due, so that every change holds on every node.
/// </summary>
public sealed class EventRules : IAsyncDisposable
{
    /// <summary>Most rules that run at once on a node (R8.10). A schedule waits for its turn up to five minutes, who asks is told.</summary>
    public const int MaxRunning = 200;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly IObjectService<EventRule> _rules;
    private readonly RuleRunner _runner;
    private readonly RuleMetrics _metrics;
    private readonly RuleClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);
    private Task _loop = Task.CompletedTask;
    private bool _isStopping;
    private bool _isDisposed;

    /// <summary>Runs nothing before <see cref="Start"/>.</summary>
    /// <param name="rules">The rules, complete with their actions.</param>
    /// <param name="store">Where nodes agree on who runs a rule.</param>
    /// <param name="node">This node: the same after a restart, and no other's of the store.</param>
    /// <param name="actions">What can be done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is logged.</param>
    public EventRules(IObjectService<EventRule> rules, IEphemeralStore store, string node, IReadOnlyList<IRuleAction> actions, TimeProvider time, ILogger<EventRules> logger)
    {
        ArgumentNullException.ThrowIfNull(actions);
        _rules = rules;
        _time = time;
        _logger = logger;
        _metrics = new RuleMetrics(() => Running);
        _runner = new RuleRunner(actions, _metrics, time, logger);
        _clock = new RuleClock(rules, new RuleClaims(store, node), HasRoom, Begin, _metrics, time, logger);
    }

    /// <summary>Rules that run now.</summary>
    public int Running
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Hours that were missed since the start.</summary>
    public long Missed => _metrics.Missed;

    /// <summary>Runs rules from the next full hour on.</summary>
    public void Start() => _loop = LoopAsync(_clock.Begin());

    /// <summary>Runs a rule now, if it is for that; returns when it has begun.</summary>
    public async ValueTask<RuleStart> RunNowAsync(string name, CancellationToken ct)
    {
        if (await _rules.FindAsync(name, ChangeContext.Operator, ct).ConfigureAwait(false) is not { } found)
        {
            return RuleStart.NotFound;
        }

        EventRule rule = found.Value;
        if (rule.Trigger != EventTriggers.OnDemand)
        {
            return RuleStart.NotOnDemand;
        }

        if (rule.Status != 1)
        {
            return RuleStart.Disabled;
        }

        lock (_gate)
        {
            if (!HasRoom())
            {
                return RuleStart.Busy;
            }

            Add(rule, "OnDemand", _time.GetUtcNow());
            return RuleStart.Started;
        }
    }

    /// <summary>Begins no more rules: other nodes have the hours from now on. Returns when none is being begun.</summary>
    public async Task StopBeginningAsync()
    {
        lock (_gate)
        {
            _isStopping = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
    }

    /// <summary>Begins no more rules, waits up to five seconds for those that run, ends them, and waits once more as long for those that do not end at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopBeginningAsync().ConfigureAwait(false);
        if (!await HasEndedAsync().ConfigureAwait(false))
        {
            RulesLog.Cut(_logger, Running);
            await _cut.CancelAsync().ConfigureAwait(false);
            if (!await HasEndedAsync().ConfigureAwait(false))
            {
                // In a call that cannot be ended, as of files on a server that is away: the process does not wait for it.
                RulesLog.Left(_logger, Running);
                return;
            }
        }

        _metrics.Dispose();
        _stop.Dispose();
        _cut.Dispose();
    }

    private bool HasRoom()
    {
        lock (_gate)
        {
            return !_isStopping && _running.Count < MaxRunning;
        }
    }

    private async Task<bool> HasEndedAsync()
    {
        Task all;
        lock (_gate)
        {
            all = Task.WhenAll(_running.Values);
        }

        try
        {
            await all.WaitAsync(StopTimeout, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    // What was claimed is begun: no other node does it.
    private void Begin(EventRule rule, string @event, DateTimeOffset at)
    {
        lock (_gate)
        {
            Add(rule, @event, at);
        }
    }

    private void Add(EventRule rule, string @event, DateTimeOffset at)
    {
        // It cannot take itself out before it is in: that waits for the gate.
        var run = new RuleRun(rule, @event, at, Guid.NewGuid().ToString("N"));
        _running.Add(run.Id, Task.Run(() => RunAsync(run), CancellationToken.None));
    }

    private async Task RunAsync(RuleRun run)
    {
        RulesLog.Begins(_logger, run.Rule.Name, run.Event, run.Id);
        try
        {
            await _runner.RunAsync(run, _cut.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_cut.IsCancellationRequested)
        {
            // The server stops, and has said so.
            _metrics.RuleEnded(isDone: false);
            RulesLog.EndedEarly(_logger, run.Rule.Name, run.Id);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(run.Id);
            }
        }
    }

    private async Task LoopAsync(DateTimeOffset first)
    {
        try
        {
            await WarnAsync(_stop.Token).ConfigureAwait(false);
            await _clock.RunAsync(first, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // The server stops; a statement that was under way may have failed for it.
        }
        catch (Exception error)
        {
            RulesLog.ClockFailed(_logger, error);
        }
    }

    // An operator who moves here is told what is not done, rather than finding out.
    private async Task WarnAsync(CancellationToken ct)
    {
        try
        {
            await foreach (EventRule rule in _rules.ReadAllAsync(ChangeContext.Operator, ct).ConfigureAwait(false))
            {
                if (rule.Status == 1 && WhyNotRun(rule) is { } reason)
                {
                    RulesLog.NotRun(_logger, rule.Name, reason);
                }
            }
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            RulesLog.NotRead(_logger, error.Message);
        }
    }

    private string? WhyNotRun(EventRule rule)
    {
        if (rule.Trigger is not (EventTriggers.Schedule or EventTriggers.OnDemand))
        {
            return $"its trigger is {rule.Trigger}; schedules (3) and on demand (6) are run";
        }

        EventRuleAction? action = rule.Actions.FirstOrDefault(action => !_runner.Runs(action.Type));
        return action is null ? null : $"its action {action.Name} is of type {action.Type} ({RuleRunner.NameOf(action.Type)}), which fails when the rule comes to it";
    }
}
