namespace Hpc.Accounts.Data.Memory;

/// <summary>What is raised or set once may be lost in a crash; what is added up or set may not.</summary>
internal sealed class StateActivityStore(StateHost host) : IActivityStore
{
    public ValueTask<IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long>> FindAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(keys);
        ct.ThrowIfCancellationRequested();
        var numbers = new Dictionary<(ObjectKey Key, ActivityField Field), long>();
        lock (host.Gate)
        {
            foreach (ObjectKey key in keys)
            {
                foreach (ActivityField field in Enum.GetValues<ActivityField>())
                {
                    if (host.Objects.FindActivity(key, field) is { } value)
                    {
                        numbers[(key, field)] = value;
                    }
                }
            }
        }

        return ValueTask.FromResult<IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long>>(numbers);
    }

    public ValueTask RaiseAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct)
    {
        Change(state => state.RaiseActivity(key, field, value) ? [(key, field, value)] : [], ct);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TrySetOnceAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct) =>
        ValueTask.FromResult(Change(state => state.TrySetActivityOnce(key, field, value) ? [(key, field, value)] : [], ct).IsChanged);

    public async ValueTask<bool> TryAddAsync(ObjectKey key, ActivityField field, long amount, long max, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        Written written = Change(state => state.TryAddActivity(key, field, amount, max) is { } sum ? [(key, field, sum)] : [], ct);
        await written.Kept.ConfigureAwait(false);
        return written.IsChanged;
    }

    public async ValueTask SetAsync(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> values, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(values);
        Written written = Change(state => [.. values.Where(value => state.SetActivity(value.Key, value.Field, value.Value))], ct);
        await written.Kept.ConfigureAwait(false);
    }

    private Written Change(Func<MemoryState, List<(ObjectKey Key, ActivityField Field, long Value)>> change, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (host.Gate)
        {
            host.Journal?.ThrowIfClosed(0);
            List<(ObjectKey Key, ActivityField Field, long Value)> changed = change(host.Objects);
            return new Written(changed.Count > 0, changed.Count == 0 ? Task.CompletedTask : host.Journal?.Write(changed) ?? Task.CompletedTask);
        }
    }

    private readonly record struct Written(bool IsChanged, Task Kept);
}
