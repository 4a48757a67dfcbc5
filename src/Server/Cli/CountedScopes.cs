using Hpc.Accounts;
using Hpc.Accounts.Usage;
using Hpc.Server.Cli.Access;

namespace Hpc.Server.Cli;

/// <summary>Scopes whose count says nothing any more after a change.</summary>
internal static class CountedScopes
{
    /// <summary>Without a quota a home is not counted, so that what was counted before is old when there is one; other directories have other files.</summary>
    public static IReadOnlyCollection<string> MadeOld(UserAccount before, UserAccount after)
    {
        var scopes = new List<string>();
        bool isNewlyLimited = HasQuota(after) && !HasQuota(before);
        if (before.HomeDirectory != after.HomeDirectory || isNewlyLimited || (HasQuota(after) && !Layout(before).SetEquals(Layout(after))))
        {
            scopes.Add(UsageScope.OfUser(after.UserName));
        }

        foreach (FolderMount mount in after.Folders.Where(HasQuota))
        {
            if (before.Folders.FirstOrDefault(other => other.FolderName == mount.FolderName) is not { } old || !HasQuota(old))
            {
                scopes.Add(UsageScope.OfFolder(mount.FolderName));
            }
        }

        return scopes;
    }

    /// <summary>The folder itself, and users that have it in their own quota.</summary>
    public static async Task<IReadOnlyCollection<string>> MadeOldAsync(CliStore store, VirtualFolder before, VirtualFolder after, CancellationToken ct)
    {
        if (before.MappedPath == after.MappedPath)
        {
            return [];
        }

        var scopes = new List<string> { UsageScope.OfFolder(after.Name) };
        foreach (string name in await store.ListFolderUsersAsync(after.Name, ct).ConfigureAwait(false))
        {
            UserAccount? user = await store.FindAsync(name, ct).ConfigureAwait(false);
            if (user is not null && user.Folders.Any(mount => mount.FolderName == after.Name && IsInUser(mount)))
            {
                scopes.Add(UsageScope.OfUser(name));
            }
        }

        return scopes;
    }

    private static bool HasQuota(UserAccount user) => user.QuotaBytes > 0 || user.QuotaFiles > 0;

    private static bool HasQuota(FolderMount mount) => mount.QuotaBytes > 0 || mount.QuotaFiles > 0;

    private static bool IsInUser(FolderMount mount) => mount.QuotaBytes == FolderMount.InUserQuota || mount.QuotaFiles == FolderMount.InUserQuota;

    // A mount covers a part of the home directory, and may count beside it.
    private static HashSet<(string Name, string Path, bool IsInUser)> Layout(UserAccount user) =>
        [.. user.Folders.Select(mount => (mount.FolderName, mount.VirtualPath, IsInUser(mount)))];
}
