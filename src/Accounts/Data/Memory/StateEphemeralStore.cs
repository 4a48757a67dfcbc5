namespace Hpc.Accounts.Data.Memory;

internal sealed class StateEphemeralStore(StateHost host) : IEphemeralStore
{
    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ct.ThrowIfCancellationRequested();
        lock (host.Gate)
        {
            return ValueTask.FromResult(host.Ephemeral.Find(name, host.Now));
        }
    }

    public async ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        await PutAsync(name, value, expiresAt, static _ => true, ct).ConfigureAwait(false);

    public ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        PutAsync(name, value, expiresAt, static existing => existing is null, ct);

    public async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ct.ThrowIfCancellationRequested();
        Task? kept;
        lock (host.Gate)
        {
            host.Journal?.ThrowIfClosed(0);
            bool isThere = host.Ephemeral.Find(name, host.Now) is not null;
            if (!host.Ephemeral.Remove(name) || !isThere)
            {
                return false;
            }

            kept = host.Journal?.WriteRemove(name);
        }

        await (kept ?? Task.CompletedTask).ConfigureAwait(false);
        return true;
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        DataArguments.ThrowIfNoPage(limit);
        ct.ThrowIfCancellationRequested();
        lock (host.Gate)
        {
            return ValueTask.FromResult(host.Ephemeral.List(prefix, after, limit, host.Now));
        }
    }

    public ValueTask PurgeAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (host.Gate)
        {
            host.Ephemeral.Purge(host.Now);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask<bool> PutAsync(
        string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, Predicate<ReadOnlyMemory<byte>?> condition, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(name, value);
        ct.ThrowIfCancellationRequested();
        Task? kept;
        lock (host.Gate)
        {
            host.Journal?.ThrowIfClosed(value.Length);
            long now = host.Now;
            if (!condition(host.Ephemeral.Find(name, now)))
            {
                return false;
            }

            long end = expiresAt.ToUnixTimeMilliseconds();
            host.Ephemeral.Put(name, value, end, now);
            kept = host.Journal?.WritePut(name, value, end);
        }

        await (kept ?? Task.CompletedTask).ConfigureAwait(false);
        return true;
    }
}
