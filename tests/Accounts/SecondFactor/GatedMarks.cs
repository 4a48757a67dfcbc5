using Hpc.Accounts.Data;

namespace Hpc.Accounts.Tests.SecondFactor;

/// <summary>A store whose first calls wait for each other, so that all of them are under way at the same moment.</summary>
internal sealed class GatedMarks(IEphemeralStore inner, int gatherAt) : IEphemeralStore
{
    private readonly TaskCompletionSource _gathered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct)
    {
        ReadOnlyMemory<byte>? found = await inner.FindAsync(name, ct);
        await GatherAsync(ct);
        return found;
    }

    public ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) => inner.PutAsync(name, value, expiresAt, ct);

    public async ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
    {
        bool isAdded = await inner.TryAddAsync(name, value, expiresAt, ct);
        await GatherAsync(ct);
        return isAdded;
    }

    public ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct) => inner.TryRemoveAsync(name, ct);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct) => inner.ListAsync(prefix, after, limit, ct);

    public ValueTask PurgeAsync(CancellationToken ct) => inner.PurgeAsync(ct);

    private async Task GatherAsync(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _calls) == gatherAt)
        {
            _gathered.SetResult();
        }

        await _gathered.Task.WaitAsync(ct);
    }
}
