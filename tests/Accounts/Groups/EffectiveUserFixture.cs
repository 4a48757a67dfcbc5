using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Groups;

/// <summary>Users, groups and folders by name, made into accounts.</summary>
internal static class EffectiveUserFixture
{
    public static User User(Func<User, User>? change = null)
    {
        var user = new User { Username = "alice", Status = 1, HomeDir = "/srv/own", Role = "sales", Permissions = Permissions(("/", ["*"])), CreatedAt = 1_000 };
        return change is null ? user : change(user);
    }

    public static User In(this User user, params (string Name, int Type)[] groups) =>
        user with { Groups = [.. groups.Select(group => new GroupMapping { Name = group.Name, Type = group.Type })] };

    public static Group Group(string name, GroupUserSettings settings, params FolderMapping[] folders) =>
        new() { Name = name, UserSettings = settings, VirtualFolders = folders };

    public static Dictionary<string, IReadOnlyList<string>> Permissions(params (string Path, string[] Names)[] entries) =>
        entries.ToDictionary(entry => entry.Path, entry => (IReadOnlyList<string>)entry.Names, StringComparer.Ordinal);

    public static UserAccount Account(User user, params IAccountObject[] others)
    {
        bool isMade = TryCreate(user, others, out UserAccount account, out string error);
        error.ShouldBe("");
        isMade.ShouldBeTrue();
        return account;
    }

    public static bool TryCreate(User user, IEnumerable<IAccountObject> others, out UserAccount account, out string error)
    {
        IAccountObject[] all = [.. others];
        return EffectiveUser.TryCreate(
            user,
            all.OfType<Group>().ToDictionary(group => group.Name, StringComparer.Ordinal),
            all.OfType<Folder>().ToDictionary(folder => folder.Name, StringComparer.Ordinal),
            7,
            out account,
            out error);
    }
}
