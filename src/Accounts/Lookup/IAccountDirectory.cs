using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Lookup;

/// <summary>
/// The users as logins and sessions see them: with everything that groups and folders give them. An exception means that the store does not work.
/// Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IAccountDirectory
{
    /// <summary>The user of exactly this name, or null. The same object again until something about the user changes.</summary>
    ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct);

    /// <summary>Whether there is a user of exactly this name, be it one that cannot be read or used, for which <see cref="FindAsync"/> has no answer.</summary>
    async ValueTask<bool> ExistsAsync(string userName, CancellationToken ct) => await FindAsync(userName, ct).ConfigureAwait(false) is not null;

    /// <summary>
    /// The user of exactly this name without waiting, if the directory can tell that what it read before is what is committed now. False says nothing about the user:
    /// ask <see cref="FindAsync"/>. It is for what ends in an acceptance; a refusal that came faster for some names than for others would tell which exist.
    /// </summary>
    bool TryFindNow(string userName, [NotNullWhen(true)] out UserAccount? user)
    {
        user = null;
        return false;
    }

    /// <summary>
    /// A number that is another one after any committed change, whoever made it: this process or another.
    /// Comparable with earlier answers of the same directory alone. It may differ without a change.
    /// </summary>
    ValueTask<long> GetChangeStampAsync(CancellationToken ct);

    /// <summary>
    /// What changed since an earlier stamp, whoever changed it: users, and groups and folders that they are made of. <see cref="FindAsync"/> has all of it.
    /// Without keys, as of a directory that does not know, all may have changed.
    /// </summary>
    async ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct)
    {
        long stamp = await GetChangeStampAsync(ct).ConfigureAwait(false);
        return new ObjectChanges(stamp, stamp == since ? [] : null);
    }
}
