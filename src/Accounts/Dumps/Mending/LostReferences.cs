using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What is left of an object whose dump names others that are not loaded: those of the dump that could not be mended.</summary>
internal static class LostReferences
{
    private const string Left = "left out";
    private const string UserDisabled = "and the user is disabled";
    private const string AdminDisabled = "and the administrator is disabled";
    private const string GroupLeft = "and the group is not loaded";

    /// <param name="value">The object.</param>
    /// <param name="plan">What is lost.</param>
    /// <param name="normalise">Names of users, groups and others as they are stored.</param>
    /// <param name="tell">Told of the path, of what is lost there, and of what is done.</param>
    /// <param name="isLeftOut">True if it is nothing without them.</param>
    public static T Remove<T>(T value, DumpPlan plan, Func<string, string> normalise, Action<string, string, string> tell, out bool isLeftOut)
        where T : class, IAccountObject
    {
        isLeftOut = false;
        if (plan.LeftOut.Count + plan.LeftAsStored.Count == 0)
        {
            return value;
        }

        var lost = new Lookup(plan, normalise, tell);
        switch (value)
        {
            case User user:
                return (T)(object)OfUser(user, lost);
            case Group group:
                _ = lost.Keep(ObjectKind.Folder, "virtual_folders", group.VirtualFolders, static mount => mount.Name, GroupLeft);
                isLeftOut = lost.Any;
                return value;
            case Folder folder when lost.Is(ObjectKind.Role, "role", folder.Role, Left):
                return (T)(object)(folder with { Role = "" });
            case Admin admin:
                return (T)(object)OfAdmin(admin, lost);
            case Share share:
                isLeftOut = lost.Is(ObjectKind.User, "username", share.Username, "the share is left out");
                return value;
            case ApiKey key:
                isLeftOut = lost.Is(ObjectKind.User, "user", key.User, "the key is left out") || lost.Is(ObjectKind.Admin, "admin", key.Admin, "the key is left out");
                return value;
            case EventRule rule:
                isLeftOut = rule.Actions.Any(action => action is not null && lost.Is(ObjectKind.EventAction, "actions", action.Name, "the rule is left out"));
                return value;
            default:
                return value;
        }
    }

    // A group may hold restrictions, a role a place in paths, and a mount may cover what is below it.
    private static User OfUser(User user, Lookup lost)
    {
        user = user with
        {
            VirtualFolders = lost.Keep(ObjectKind.Folder, "virtual_folders", user.VirtualFolders, static mount => mount.Name, UserDisabled),
            Groups = lost.Keep(ObjectKind.Group, "groups", user.Groups, static group => group.Name, UserDisabled),
            Role = lost.Keep(ObjectKind.Role, "role", user.Role, UserDisabled),
        };
        return lost.Any ? user with { Status = 0 } : user;
    }

    // The groups are those of the users that it makes.
    private static Admin OfAdmin(Admin admin, Lookup lost)
    {
        admin = admin with
        {
            Groups = lost.Keep(ObjectKind.Group, "groups", admin.Groups, static group => group.Name, AdminDisabled),
            Role = lost.Keep(ObjectKind.Role, "role", admin.Role, AdminDisabled),
        };
        return lost.Any ? admin with { Status = 0 } : admin;
    }

    private sealed class Lookup(DumpPlan plan, Func<string, string> normalise, Action<string, string, string> tell)
    {
        /// <summary>True if something was lost, or is there in another form than the dump's.</summary>
        public bool Any { get; private set; }

        public bool Is(ObjectKind kind, string path, string name, string done)
        {
            bool isLost = name.Length > 0 && plan.LeftOut.Contains(new ObjectKey(kind, normalise(name)));
            if (isLost)
            {
                tell(path, $"{ValidationText.Show(name)}, which is not loaded", done);
            }

            return isLost;
        }

        public string Keep(ObjectKind kind, string path, string name, string effect) => IsGone(kind, path, name, effect) ? "" : name;

        public IReadOnlyList<TItem> Keep<TItem>(ObjectKind kind, string path, IReadOnlyList<TItem> items, Func<TItem, string> nameOf, string effect)
            where TItem : class =>
            [.. items.Where((item, i) => item is null || !IsGone(kind, $"{path}[{i}]", nameOf(item), effect))];

        private bool IsGone(ObjectKind kind, string path, string name, string effect)
        {
            bool isGone = Is(kind, path, name, $"{Left}, {effect}");
            bool isAsStored = !isGone && name.Length > 0 && plan.LeftAsStored.Contains(new ObjectKey(kind, normalise(name)));
            if (isAsStored)
            {
                tell(path, $"{ValidationText.Show(name)}, which is left as it is stored", $"kept, {effect}");
            }

            Any |= isGone || isAsStored;
            return isGone;
        }
    }
}
