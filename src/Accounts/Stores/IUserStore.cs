using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.Stores;

/// <summary>
/// The users. Expected outcomes are results; an exception means that the store does not work.
/// Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IUserStore
{
    /// <summary>Most users that one call of <see cref="ListAsync"/> returns.</summary>
    const int MaxPage = 1000;

    /// <summary>The user of exactly this name, or null.</summary>
    ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct);

    /// <summary>
    /// The user of exactly this name without waiting, if the store can tell that what it read before is what is committed now. False says nothing about the user:
    /// ask <see cref="FindAsync"/>. It is for what ends in an acceptance; a refusal that came faster for some names than for others would tell which exist.
    /// </summary>
    bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
    {
        user = null;
        return false;
    }

    /// <summary>Users in the order of their names' UTF-8 bytes, from the first behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to <see cref="MaxPage"/>).</summary>
    ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct);

    /// <summary>Stores a new user as version 1: done, already exists, invalid or full.</summary>
    ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct);

    /// <summary>Replaces a user whose stored version is that of <paramref name="user"/>, and raises it by one: done, not found, version conflict or invalid.</summary>
    ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct);

    /// <summary>Removes a user: done or not found.</summary>
    ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct);

    /// <summary>
    /// A number that is another one after any committed change, whoever made it: this store, another of this process, another process.
    /// Comparable with earlier answers of the same store alone. It may differ without a change.
    /// </summary>
    ValueTask<long> GetChangeStampAsync(CancellationToken ct);
}
