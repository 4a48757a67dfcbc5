using System.Globalization;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Hpc.Events.Rules;

namespace Hpc.Server.Rules;

/// <summary>Dumps of everything, one file for each hour of the week (UTC): <c>backup_Monday_3.json</c>.</summary>
internal sealed class BackupAction(DumpService dumps, BackupFiles files) : IRuleAction
{
    public int Type => EventActionTypes.Backup;

    public async ValueTask<string?> RunAsync(EventRuleAction action, RuleRun run, CancellationToken ct)
    {
        DateTime at = run.At.UtcDateTime;
        string name = string.Create(CultureInfo.InvariantCulture, $"backup_{at.DayOfWeek}_{at.Hour}.json");
        if (files.Find(name) is not { } path)
        {
            return files.IsConfigured ? $"{name} in {files.Root} is a link: remove it" : "no directory for backups is configured (data_provider.backups_path)";
        }

        return await BackupFiles.WriteAsync(path, dumps, DumpScopes.All, isIndented: false, ChangeContext.Operator, ct).ConfigureAwait(false)
            ? null
            : $"{path} is written, but objects were changed meanwhile: it is not of one moment";
    }
}
