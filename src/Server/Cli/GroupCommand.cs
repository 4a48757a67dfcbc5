using System.CommandLine;
using System.Globalization;
using Hpc.Accounts.Objects;
using Hpc.Server.Cli.Access;

namespace Hpc.Server.Cli;

/// <summary><c>hpc group</c>: what several users have in common.</summary>
internal static class GroupCommand
{
    public static Command Create(CliConsole console)
    {
        var commands = new ObjectCommands<Group>(
            ObjectRoutes.Groups,
            console,
            ["GROUP", "MEMBERS", "FOLDERS", "HOME", "DESCRIPTION"],
            static group =>
            [
                group.Name, group.Users.Count.ToString(CultureInfo.InvariantCulture), group.VirtualFolders.Count.ToString(CultureInfo.InvariantCulture),
                group.UserSettings.HomeDir, group.Description,
            ]);
        return new Command("group", "Add, list, show, change and remove groups; 'hpc user set --group' makes users members.")
        {
            commands.Add(static (group, name) => group with { Name = name }, Edit),
            commands.List(),
            commands.Show(),
            commands.Set(Edit),
            commands.Remove(),
        };
    }

    private static Func<ParseResult, Group, Group> Edit(Command command)
    {
        var description = new Option<string?>("--description") { Description = "One line for the operator; \"\" for none.", HelpName = "TEXT" };
        var home = new Option<string?>("--home") { Description = "Home directory of members; %username% and %role% are replaced.", HelpName = "DIR" };
        var permissions = new Option<string[]>("--permissions", "-g") { Description = "Permissions of members, as for 'hpc user add'. May be repeated.", HelpName = "[DIR:]NAMES" };
        command.Add(description);
        command.Add(home);
        command.Add(permissions);
        return (parsed, group) => group with
        {
            Description = parsed.GetValue(description) ?? group.Description,
            UserSettings = group.UserSettings with
            {
                HomeDir = parsed.GetValue(home) ?? group.UserSettings.HomeDir,
                Permissions = Permissions(parsed.GetValue(permissions) ?? [], permissions.Name, group.UserSettings.Permissions),
            },
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> Permissions(string[] given, string flag, IReadOnlyDictionary<string, IReadOnlyList<string>> stored)
    {
        var permissions = new Dictionary<string, IReadOnlyList<string>>(stored, StringComparer.Ordinal);
        foreach ((string directory, IReadOnlyList<string> names) in PermissionArguments.ReadByDirectory(given, flag))
        {
            permissions[directory] = names;
        }

        return permissions;
    }
}
