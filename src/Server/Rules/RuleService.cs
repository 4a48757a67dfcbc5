using Hpc.Accounts.Dumps;
using Hpc.Events.Rules;
using Hpc.HttpApi.Parts;
using Hpc.Server.Provision;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Rules;

/// <summary>The event rules of a server, with all that they can do.</summary>
internal sealed class RuleService : IRuleOperations, IAsyncDisposable
{
    private readonly HttpRuleAction _http;
    private readonly EventRules _rules;

    public RuleService(AccountStack accounts, IQuotaOperations quotas, string node, string backups, TimeProvider time, ILoggerFactory loggers)
    {
        _http = new HttpRuleAction(accounts.Protector, time);
        IRuleAction[] actions =
        [
            _http,
            new BackupAction(accounts.Dumps, new BackupFiles(backups)),
            QuotaResetAction.OfUsers(accounts.Services.Users, quotas),
            QuotaResetAction.OfFolders(accounts.Services.Folders, quotas),
            QuotaResetAction.OfTransfers(accounts.Services.Users, quotas),
        ];
        _rules = new EventRules(accounts.Services.EventRules, accounts.Provider.Ephemeral, node, actions, time, loggers.CreateLogger<EventRules>());
    }

    public void Start() => _rules.Start();

    /// <summary>Leaves the hours to other nodes from now on.</summary>
    public Task StopBeginningAsync() => _rules.StopBeginningAsync();

    public async ValueTask<RuleRunStart> RunAsync(string name, CancellationToken ct) => await _rules.RunNowAsync(name, ct).ConfigureAwait(false) switch
    {
        RuleStart.Started => RuleRunStart.Started,
        RuleStart.NotFound => RuleRunStart.NotFound,
        RuleStart.Busy => RuleRunStart.Busy,
        _ => RuleRunStart.NotRunnable,
    };

    public async ValueTask DisposeAsync()
    {
        await _rules.DisposeAsync().ConfigureAwait(false);
        _http.Dispose();
    }
}
