namespace Hpc.Accounts.Data.Memory;

internal sealed partial class MemoryState
{
    public long? FindActivity(ObjectKey key, ActivityField field) =>
        _objects.TryGetValue(key, out MemoryObject? entry) && entry.Activity.TryGetValue(field, out long value) ? value : null;

    /// <summary>False if the object is not there.</summary>
    public bool SetActivity(ObjectKey key, ActivityField field, long value)
    {
        if (!_objects.TryGetValue(key, out MemoryObject? entry))
        {
            return false;
        }

        entry.Activity[field] = value;
        return true;
    }

    /// <summary>True if the number is another one now.</summary>
    public bool RaiseActivity(ObjectKey key, ActivityField field, long value) =>
        !(FindActivity(key, field) >= value) && SetActivity(key, field, value);

    public bool TrySetActivityOnce(ObjectKey key, ActivityField field, long value) =>
        FindActivity(key, field) is null && SetActivity(key, field, value);

    /// <summary>The sum, or null if it cannot be.</summary>
    public long? TryAddActivity(ObjectKey key, ActivityField field, long amount, long max)
    {
        Int128 sum = (Int128)(FindActivity(key, field) ?? 0) + amount;
        bool isWithin = sum >= 0 && sum <= (max == 0 ? long.MaxValue : max);
        return isWithin && SetActivity(key, field, (long)sum) ? (long)sum : null;
    }
}
