using Hpc.Accounts.Lookup;

namespace Hpc.Accounts.Stores;

/// <summary>
/// The users. Expected outcomes are results; an exception means that the store does not work.
/// Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IUserStore : IAccountDirectory
{
    /// <summary>Most users that one call of <see cref="ListAsync"/> returns.</summary>
    const int MaxPage = 1000;

    /// <summary>Users in the order of their names' UTF-8 bytes, from the first behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to <see cref="MaxPage"/>).</summary>
    ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct);

    /// <summary>Stores a new user as version 1: done, already exists, invalid or full.</summary>
    ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct);

    /// <summary>Replaces a user whose stored version is that of <paramref name="user"/>, and raises it by one: done, not found, version conflict or invalid.</summary>
    ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct);

    /// <summary>Removes a user: done or not found.</summary>
    ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct);
}
