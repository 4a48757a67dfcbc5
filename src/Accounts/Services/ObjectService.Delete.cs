using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <content>Removing, with what is nothing without the object.</content>
internal sealed partial class ObjectService<T>
{
    public async ValueTask<ObjectResult<T>> DeleteAsync(string name, long? expectedVersion, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        name = await ResolveNameAsync(name, ct).ConfigureAwait(false);
        for (int tries = 0; ; tries++)
        {
            if (await FindVisibleAsync(name, context, ct).ConfigureAwait(false) is not { } stored)
            {
                return NotFound(name);
            }

            if (expectedVersion is { } expected && expected != stored.Version)
            {
                return Conflict(name, stored.Version);
            }

            if (await descriptor.RefuseDeleteAsync(stored.Value, context, ct).ConfigureAwait(false) is { } reason)
            {
                return Refuse(ObjectAction.Delete, name, context, reason);
            }

            IReadOnlyList<ObjectChange> dependents = await descriptor.FindDependentsAsync(stored.Value, ct).ConfigureAwait(false);
            if (dependents.Count > DependentChanges.Max)
            {
                return ObjectResult<T>.Failed(
                    ObjectStatus.Referenced, $"More than {DependentChanges.Max} objects refer to the {descriptor.Noun} {ValidationText.Show(name)}; take it out of some of them first.");
            }

            // From here on nobody can give up: all of it is done, or nothing.
            IReadOnlyList<ObjectChange> changes = [.. dependents, ObjectChange.Delete(new(Kind, name), stored.Version)];
            ct.ThrowIfCancellationRequested();
            ObjectStoreResult result = await services.Objects.ApplyAsync(changes, CancellationToken.None).ConfigureAwait(false);
            if (result.Outcome == ObjectStoreOutcome.Done)
            {
                await services.AnnounceAsync([.. changes.Select(change => change.Key)]).ConfigureAwait(false);
                return await DeletedAsync(stored.Value, context).ConfigureAwait(false);
            }

            // One that began to refer to it meanwhile is found by the next try, and refuses it if it must.
            if ((result.Outcome is ObjectStoreOutcome.Referenced && dependents.Count == 0 && tries > 0) || tries >= MaxTries)
            {
                return Failed(stored.Value, result, -1);
            }
        }
    }

    private async ValueTask<ObjectResult<T>> DeletedAsync(T value, ChangeContext context)
    {
        try
        {
            await descriptor.DeletedAsync(value, CancellationToken.None).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The object is gone; numbers about it harm nobody, and the log is told.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            ServicesLog.LeftBehind(services.Logger, exception, Kind, LogNameOf(value.Name));
        }

        Report(ObjectAction.Delete, value, context);
        return ObjectResult<T>.Done(null);
    }
}
