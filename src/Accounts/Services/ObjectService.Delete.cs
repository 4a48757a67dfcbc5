using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <content>Removing, with what is nothing without the object.</content>
internal sealed partial class ObjectService<T>
{
    // A thousand objects in each step; that many steps empty a folder of ten million users.
    private const int MaxSteps = 10_000;

    public async ValueTask<ObjectResult<T>> DeleteAsync(string name, long? expectedVersion, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(context);
        name = descriptor.NormaliseName(name);
        int conflicts = 0;
        for (int steps = 0; steps < MaxSteps; steps++)
        {
            if (await FindVisibleAsync(name, context, ct).ConfigureAwait(false) is not { } stored)
            {
                return NotFound(name);
            }

            if (expectedVersion is { } expected && expected != stored.Version)
            {
                return Conflict(name, stored.Version);
            }

            if (descriptor.RefuseDelete(stored.Value, context) is { } reason)
            {
                return Refuse(ObjectAction.Delete, name, context, reason);
            }

            IReadOnlyList<ObjectChange> dependents = await descriptor.FindDependentsAsync(stored.Value, ct).ConfigureAwait(false);
            bool isLast = dependents.Count < DependentChanges.MaxStep;
            IReadOnlyList<ObjectChange> changes = isLast ? [.. dependents, ObjectChange.Delete(new(Kind, name), stored.Version)] : dependents;
            ObjectStoreResult result = await services.Objects.ApplyAsync(changes, ct).ConfigureAwait(false);
            if (result.Outcome == ObjectStoreOutcome.Done)
            {
                await services.AnnounceAsync([.. changes.Select(change => change.Key)]).ConfigureAwait(false);
                if (isLast)
                {
                    return await DeletedAsync(stored.Value, context, ct).ConfigureAwait(false);
                }

                continue;
            }

            // One that began to refer to it meanwhile is found by the next try, and refuses it if it must.
            if (result.Outcome is ObjectStoreOutcome.Referenced && dependents.Count == 0 && conflicts > 0)
            {
                return Failed(stored.Value, result, -1);
            }

            if (++conflicts > MaxTries)
            {
                return Failed(stored.Value, result, -1);
            }
        }

        return ObjectResult<T>.Failed(ObjectStatus.Referenced, $"Too many objects refer to the {descriptor.Noun} {ValidationText.Show(name)}.");
    }

    private async ValueTask<ObjectResult<T>> DeletedAsync(T value, ChangeContext context, CancellationToken ct)
    {
        try
        {
            await descriptor.DeletedAsync(value, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The object is gone; numbers about it harm nobody.
            ServicesLog.LeftBehind(services.Logger, exception, Kind, value.Name);
        }

        Report(ObjectAction.Delete, value, context);
        return ObjectResult<T>.Done(null);
    }
}
