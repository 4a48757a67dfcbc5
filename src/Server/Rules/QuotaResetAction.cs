using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Hpc.Events.Rules;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Rules;

/// <summary>Has the files of all users or folders counted that a rule is for, or sets what users have moved to nothing. Counts wait in the queue of all counts, not in the rule.</summary>
internal sealed class QuotaResetAction : IRuleAction
{
    private const int MaxNamed = 10;

    // In a row: then the data provider or the files are away for all.
    private const int MaxFaults = 10;

    private readonly Func<NameCondition, CancellationToken, IAsyncEnumerable<string>> _find;
    private readonly Func<string, CancellationToken, ValueTask<bool>> _reset;

    private QuotaResetAction(int type, Func<NameCondition, CancellationToken, IAsyncEnumerable<string>> find, Func<string, CancellationToken, ValueTask<bool>> reset) =>
        (Type, _find, _reset) = (type, find, reset);

    public int Type { get; }

    public static QuotaResetAction OfUsers(IObjectService<User> users, IQuotaOperations quotas) =>
        new(EventActionTypes.UserQuotaReset, (condition, ct) => UsersAsync(users, condition, ct), (scope, ct) => ScanAsync(quotas, scope, ct));

    public static QuotaResetAction OfFolders(IObjectService<Folder> folders, IQuotaOperations quotas) =>
        new(
            EventActionTypes.FolderQuotaReset,
            (condition, ct) => folders.ReadAllAsync(ChangeContext.Operator, ct).Where(condition.Holds).Select(folder => UsageScope.OfFolder(folder.Name)),
            (scope, ct) => ScanAsync(quotas, scope, ct));

    public static QuotaResetAction OfTransfers(IObjectService<User> users, IQuotaOperations quotas) => new(
        EventActionTypes.TransferQuotaReset,
        (condition, ct) => UsersAsync(users, condition, ct),
        async (scope, ct) =>
        {
            await quotas.ChangeAsync(scope, isAdded: false, files: null, bytes: null, uploaded: 0, downloaded: 0, ct).ConfigureAwait(false);
            return true;
        });

    public async ValueTask<string?> RunAsync(EventRuleAction action, RuleRun run, CancellationToken ct)
    {
        var failed = new List<string>(MaxNamed);
        int failures = 0;
        int faults = 0;
        await foreach (string scope in _find(new NameCondition(run.Rule.Conditions.Options), ct).ConfigureAwait(false))
        {
            string? problem = await TryAsync(scope, ct).ConfigureAwait(false);
            faults = problem is null ? 0 : faults + 1;
            if (problem is not null && ++failures <= MaxNamed)
            {
                failed.Add($"{scope} ({problem})");
            }

            if (faults == MaxFaults)
            {
                return $"given up at {scope}, with those behind it: {string.Join(", ", failed)}";
            }
        }

        return failures == 0 ? null : $"not done for {string.Join(", ", failed)}{(failures > MaxNamed ? $" and {failures - MaxNamed} more" : "")}";
    }

    private async ValueTask<string?> TryAsync(string scope, CancellationToken ct)
    {
        try
        {
            return await _reset(scope, ct).ConfigureAwait(false) ? null : "its files cannot be counted now";
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            return error.Message;
        }
    }

    private static IAsyncEnumerable<string> UsersAsync(IObjectService<User> users, NameCondition condition, CancellationToken ct) =>
        users.ReadAllAsync(ChangeContext.Operator, ct).Where(condition.Holds).Select(user => UsageScope.OfUser(user.Username));

    // What is not there yet has nothing to count; what is counted already is counted.
    private static async ValueTask<bool> ScanAsync(IQuotaOperations quotas, string scope, CancellationToken ct) =>
        await quotas.StartScanAsync(scope, ct).ConfigureAwait(false) is ScanStart.Started or ScanStart.AlreadyRunning or ScanStart.NotFound;
}
