using System.Collections.Concurrent;
using Hpc.Accounts.Stores;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>A store whose look-ups are seen and may be replaced.</summary>
internal sealed class SpyingUserStore : IUserStore
{
    public MemoryUserStore Users { get; } = new();

    public ConcurrentQueue<string> Lookups { get; } = new();

    public Func<string, CancellationToken, ValueTask<UserAccount?>>? OnFind { get; set; }

    public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
    {
        Lookups.Enqueue(userName);
        return OnFind is { } find ? find(userName, ct) : Users.FindAsync(userName, ct);
    }

    public ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct) => Users.ListAsync(after, limit, ct);

    public ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct) => Users.AddAsync(user, ct);

    public ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct) => Users.UpdateAsync(user, ct);

    public ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct) => Users.DeleteAsync(userName, ct);

    public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => Users.GetChangeStampAsync(ct);
}
