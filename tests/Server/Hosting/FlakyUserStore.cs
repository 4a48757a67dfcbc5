using Hpc.Accounts;
using Hpc.Accounts.Stores;

namespace Hpc.Server.Tests.Hosting;

/// <summary>A store in memory that counts look-ups and fails when told to.</summary>
internal sealed class FlakyUserStore : IUserStore
{
    private readonly MemoryUserStore _users = new();

    public int Lookups { get; private set; }

    public bool IsBroken { get; set; }

    public string? UnreadableUser { get; set; }

    public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
    {
        Lookups++;
        return userName == UnreadableUser ? throw new IOException("unreadable") : Working.FindAsync(userName, ct);
    }

    public ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct) => Working.ListAsync(after, limit, ct);

    public ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct) => _users.AddAsync(user, ct);

    public ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct) => _users.UpdateAsync(user, ct);

    public ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct) => _users.DeleteAsync(userName, ct);

    public ValueTask<long> GetChangeStampAsync(CancellationToken ct) => Working.GetChangeStampAsync(ct);

    private MemoryUserStore Working => IsBroken ? throw new IOException("broken") : _users;
}
