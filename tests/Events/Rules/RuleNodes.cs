using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Accounts.Services;
using Hpc.Events.Rules;
using Hpc.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Events.Tests.Rules;

/// <summary>Nodes on one data provider, in virtual time that begins at half past midnight.</summary>
internal sealed class RuleNodes : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _timers = new(new DateTimeOffset(2030, 1, 1, 0, 30, 0, TimeSpan.Zero));
    private readonly List<EventRules> _nodes = [];

    private RuleNodes()
    {
        Clock = new SteppedClock(_timers);
        Provider = new MemoryDataProvider(Clock);
        Services = new AccountServices(Provider, new NoHasher(), new NoProtector(), new AccountServicesOptions(), Clock, NullLogger<AccountServices>.Instance);
    }

    public SteppedClock Clock { get; }

    public MemoryDataProvider Provider { get; }

    public AccountServices Services { get; }

    public ListLogger<EventRules> Log { get; } = new();

    public static async Task<RuleNodes> StartAsync(int nodes, RecordingAction action)
    {
        var all = new RuleNodes();
        await all.Provider.OpenAsync(SchemaUpdate.Automatic, CancellationToken.None);
        for (int i = 0; i < nodes; i++)
        {
            await all.AddAsync(action);
        }

        return all;
    }

    public async Task<EventRules> AddAsync(RecordingAction action, IObjectService<EventRule>? rules = null, IEphemeralStore? store = null)
    {
        EventRules node = Make(_nodes.Count, action, rules, store);
        _nodes.Add(node);
        node.Start();
        await SettleAsync();
        return node;
    }

    public async Task RestartAsync(int index, RecordingAction action)
    {
        await _nodes[index].DisposeAsync();
        _nodes[index] = Make(index, action);
        _nodes[index].Start();
        await SettleAsync();
    }

    public async Task AddRuleAsync(string name, Func<EventRule, EventRule>? change = null, params EventRuleAction[] actions)
    {
        foreach (EventRuleAction action in actions.Length > 0 ? actions : [new EventRuleAction { Name = "act", Type = 1, Order = 1 }])
        {
            var options = new EventActionOptions { Http = new() { Endpoint = "http://127.0.0.1/", Method = "GET", Timeout = 5 } };
            ObjectResult<EventAction> added = await Services.EventActions.AddAsync(
                new EventAction { Name = action.Name, Type = action.Type, Options = action.Type == 1 ? options : new() }, ChangeContext.Operator, CancellationToken.None);
            added.Status.ShouldBeOneOf(ObjectStatus.Done, ObjectStatus.AlreadyExists);
        }

        var rule = new EventRule
        {
            Name = name,
            Status = 1,
            Trigger = 3,
            Conditions = new EventConditions { Schedules = [new Schedule { Hours = "*", DayOfMonth = "*", Month = "*", DayOfWeek = "*" }] },
            Actions = actions.Length > 0 ? actions : [new EventRuleAction { Name = "act", Order = 1 }],
        };
        (await Services.EventRules.AddAsync(change?.Invoke(rule) ?? rule, ChangeContext.Operator, CancellationToken.None)).Status.ShouldBe(ObjectStatus.Done);
    }

    /// <summary>Lets time go by, and everything happen that does then.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        for (TimeSpan left = by; left > TimeSpan.Zero; left -= Step)
        {
            _timers.Advance(left < Step ? left : Step);
            await SettleAsync();
        }
    }

    /// <summary>Moves timers while nobody waits for what comes of it.</summary>
    public void Advance(TimeSpan by) => _timers.Advance(by);

    public async ValueTask DisposeAsync()
    {
        // Also where a test has failed and something still runs.
        await EndAsync(Task.WhenAll(_nodes.Select(node => node.DisposeAsync().AsTask())));
        await Provider.DisposeAsync();
    }

    /// <summary>Lets time go by until nodes have stopped.</summary>
    public async Task EndAsync(Task stopped)
    {
        await UntilAsync(
            () =>
            {
                _timers.Advance(TimeSpan.FromSeconds(5));
                return stopped.IsCompleted;
            },
            "nodes stop");
        await stopped;
    }

    /// <summary>Waits until it is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (var watch = Stopwatch.StartNew(); !isSo(); await Task.Delay(2))
        {
            (watch.Elapsed < Patience).ShouldBeTrue(what);
        }
    }

    /// <summary>Waits until all that was begun has ended.</summary>
    public Task IdleAsync() => UntilAsync(() => _nodes.TrueForAll(node => node.Running == 0), "no rule runs");

    private EventRules Make(int index, RecordingAction action, IObjectService<EventRule>? rules = null, IEphemeralStore? store = null) =>
        new(rules ?? Services.EventRules, store ?? Provider.Ephemeral, "node" + index.ToString(CultureInfo.InvariantCulture), [action], Clock, Log);

    // All clocks sleep again, and nothing runs that does not wait for the test.
    private Task SettleAsync() => UntilAsync(() => _timers.PendingTimers == _nodes.Count, "the clocks of all nodes sleep");

    private sealed class NoHasher : IPasswordHasher
    {
        public ValueTask<string?> HashAsync(ReadOnlyMemory<byte> password, CancellationToken ct) => throw new NotSupportedException();

        public bool IsPreferred(string hash) => true;
    }

    private sealed class NoProtector : ISecretProtector
    {
        public Secret Protect(Secret secret, string objectName) => secret;

        public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
        {
            value = null;
            return false;
        }
    }
}
