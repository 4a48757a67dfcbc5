using Hpc.Accounts.Data;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Another store of small values, of which a test does something otherwise.</summary>
internal abstract class ForwardingEphemeral(IEphemeralStore inner) : IEphemeralStore
{
    public ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct) => inner.FindAsync(name, ct);

    public virtual ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        inner.PutAsync(name, value, expiresAt, ct);

    public virtual ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        inner.TryAddAsync(name, value, expiresAt, ct);

    public virtual ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct) => inner.TryRemoveAsync(name, ct);

    public ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct) => inner.ListAsync(prefix, after, limit, ct);

    public ValueTask PurgeAsync(CancellationToken ct) => inner.PurgeAsync(ct);
}
