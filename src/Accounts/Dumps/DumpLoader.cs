using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Dumps;

/// <summary>Loads one dump: everything is checked, and mended where it can be, before anything is stored, and all of it is stored in one transaction.</summary>
internal sealed class DumpLoader(ServiceEnvironment services, DumpLimits limits, DumpLoadOptions options, ILogger logger)
{
    public async ValueTask<DumpLoadResult> LoadAsync(ReadOnlyMemory<byte> json, ChangeContext context, CancellationToken ct)
    {
        var pending = new PendingObjects(services.Objects);
        IReadOnlyList<DumpSection> sections = DumpSections.All(Over(pending));
        var plan = new DumpPlan(options.Mode, context with { IsRestore = true }, services.Objects, pending, services.Now);
        ReadNames(json, sections, plan);
        if (plan.Errors.IsEmpty || !plan.Errors.IsFull)
        {
            await PrepareAsync(sections, plan, isSealing: false, ct).ConfigureAwait(false);
        }

        if (plan.Refusal is null && !plan.Errors.IsFull)
        {
            await plan.CheckReferencesAsync(ct).ConfigureAwait(false);
        }

        if (plan is { Refusal: null, Errors.IsEmpty: true })
        {
            await PrepareAsync(sections, plan, isSealing: true, ct).ConfigureAwait(false);
        }

        return WhyNot(plan) ?? await ApplyAsync(plan, ct).ConfigureAwait(false);
    }

    private void ReadNames(ReadOnlyMemory<byte> json, IReadOnlyList<DumpSection> sections, DumpPlan plan)
    {
        DumpIndex index = DumpIndex.Read(json, sections.Where(static section => section.Kind != ObjectKind.Configuration).Select(static section => section.Name), limits, plan.Errors);
        if (plan.Errors.IsEmpty && index.Version is null or < DumpService.OldestVersion or > DumpService.Version)
        {
            plan.Errors.Add("version", index.Version is > 0 ? $"{index.Version}" : "nothing, or no number", $"{DumpService.OldestVersion} to {DumpService.Version}: a dump of version 2.4 to 2.7");
        }

        if (!plan.Errors.IsEmpty)
        {
            return;
        }

        foreach (DumpSection section in sections)
        {
            section.ReadNames(section.Kind == ObjectKind.Configuration ? index.Configuration.Length == 0 ? [] : [index.Configuration] : index[section.Name], plan.Pending, plan.Errors);
        }
    }

    private static async ValueTask PrepareAsync(IReadOnlyList<DumpSection> sections, DumpPlan plan, bool isSealing, CancellationToken ct)
    {
        foreach (DumpSection section in sections)
        {
            await section.PrepareAsync(plan, isSealing, ct).ConfigureAwait(false);
        }
    }

    private static DumpLoadResult? WhyNot(DumpPlan plan) =>
        plan.Refusal is { } reason ? DumpLoadResult.Failed(ObjectStatus.Forbidden, reason)
        : !plan.Errors.IsEmpty ? DumpLoadResult.Invalid(plan.Errors.All)
        : plan.IsBusy ? DumpLoadResult.Failed(ObjectStatus.Busy, "Too many passwords wait to be hashed; nothing was changed.")
        : null;

    private async ValueTask<DumpLoadResult> ApplyAsync(DumpPlan plan, CancellationToken ct)
    {
        ObjectChange[] changes = [.. plan.Made.Values, .. plan.Changes];
        if (changes.Length == 0)
        {
            return DumpLoadResult.Failed(ObjectStatus.Done, "There was nothing to load.") with { Skipped = plan.Skipped, Warnings = plan.Warnings.All };
        }

        if (changes.Length > limits.MaxObjects)
        {
            return DumpLoadResult.Failed(ObjectStatus.Invalid, $"The dump holds {changes.Length} objects with folders that users and groups give in full; at most {limits.MaxObjects} are loaded at once.");
        }

        ObjectStoreResult result = await services.Objects.ApplyAsync(changes, ct).ConfigureAwait(false);
        if (result.Outcome != ObjectStoreOutcome.Done)
        {
            string name = result.Index >= 0 ? $"{changes[result.Index].Key.Kind} {ValidationText.Show(changes[result.Index].Key.Name)}" : "one of the objects";
            return DumpLoadResult.Failed(ObjectStatus.VersionConflict, $"Somebody changed {name} at the same moment; nothing was loaded.");
        }

        await services.AnnounceAsync([.. changes.Select(static change => change.Key)]).ConfigureAwait(false);
        int added = changes.Count(static change => change.ExpectedVersion == 0);
        DumpsLog.Loaded(logger, plan.Context.ActorName.Length > 0 ? plan.Context.ActorName : "the operator", plan.Context.Remote, added, changes.Length - added, plan.Skipped);
        IReadOnlyList<string> warnings = await new DumpFinish(services, options, logger).RunAsync(plan.Aftermath, ct).ConfigureAwait(false);
        return new DumpLoadResult(ObjectStatus.Done, $"Data restored: {added} objects added, {changes.Length - added} updated, {plan.Skipped} left as they are.", [])
        {
            Added = added,
            Updated = changes.Length - added,
            Skipped = plan.Skipped,
            Warnings = [.. plan.Warnings.All, .. warnings],
        };
    }

    private ServiceEnvironment Over(PendingObjects pending) => new()
    {
        Provider = new PendingProvider(services.Provider, pending),
        Hasher = services.Hasher,
        Protector = services.Protector,
        Options = services.Options,
        Names = services.Names,
        Time = services.Time,
        Logger = services.Logger,
        Usage = services.Usage,
    };
}
