namespace Hpc.Accounts.Data;

/// <summary>
/// Small values with an end, the same on all nodes: tokens, codes, marks of what was used. Names carry their purpose (<c>token:…</c>, <c>totp:…</c>), at most 255 bytes.
/// A value past its end is not there. An exception means that the store does not work. Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IEphemeralStore
{
    /// <summary>Longest value in bytes.</summary>
    const int MaxValue = 64 << 10;

    /// <summary>The value, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct);

    /// <summary>Sets a value, whatever is there.</summary>
    ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>Sets a value if there is none; exactly one of any number of callers gets true.</summary>
    ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>Removes a value; exactly one of any number of callers gets true.</summary>
    ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct);

    /// <summary>Names that begin so, in order, behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to 1,000).</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct);

    /// <summary>Forgets what has ended.</summary>
    ValueTask PurgeAsync(CancellationToken ct);
}
