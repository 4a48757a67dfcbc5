using System.CommandLine;
using Hpc.Accounts;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>What a user may do where, and which names there may be: flags of <c>user add</c> and <c>user set</c>.</summary>
internal sealed class AccessFlags
{
    private const string All = "all";

    private readonly Option<string[]> _permissions = new("--permissions", "-g")
    {
        Description = $"What the user may do: {string.Join(", ", PermissionNames.All)}. Separated by commas, or repeated. "
            + "With a directory in front, /in:list,upload, it is for that directory and all below it, instead of what is above; none allows nothing there.",
        HelpName = "[DIR:]NAMES",
    };

    private readonly Option<string[]> _removePermissions = new("--remove-permissions")
    {
        Description = "Take away what is said of a directory, so that the one above it decides; all takes every directory but /. May be repeated.",
        HelpName = "DIR",
    };

    private readonly Option<string[]> _patterns = new("--pattern")
    {
        Description = "Which names a directory and all below it may hold, like '/in:allow=*.csv,*.txt;deny=~*;policy=hide'. A name in allow is accepted, then one in deny refused; "
            + "any other is accepted if there is no allow. Without regard to case; * ? [a-z] [!a-z]; a ; or , in a pattern is written \\; or \\,. "
            + "policy=deny (default) lists refused names, policy=hide treats them as if they were not there. May be repeated; a second rule for a directory takes the place of the first.",
        HelpName = "DIR:RULE",
    };

    private readonly Option<string[]> _removePatterns = new("--remove-pattern")
    {
        Description = "Take the name filter of a directory away; all takes every one. May be repeated.",
        HelpName = "DIR",
    };

    private readonly bool _isChange;

    /// <param name="command">Gets the flags.</param>
    /// <param name="isChange">Whether there is something that can be taken away.</param>
    public AccessFlags(Command command, bool isChange)
    {
        _isChange = isChange;
        command.Add(_permissions);
        command.Add(_patterns);
        if (isChange)
        {
            command.Add(_removePermissions);
            command.Add(_removePatterns);
        }
    }

    /// <summary>The account with what the flags say; what they do not name stays.</summary>
    public UserAccount Apply(ParseResult parsed, UserAccount user)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> given = PermissionArguments.ReadByDirectory(parsed.GetValue(_permissions) ?? [], _permissions.Name);
        if (!_isChange && given.Count > 0 && !given.ContainsKey("/"))
        {
            // Everything is what a user has for / who is added without a word about permissions, which is not what these words mean.
            throw CliException.Usage($"{_permissions.Name}: found directories alone, allowed: names for / too, like {_permissions.Name} list or {_permissions.Name} '*'.");
        }

        return user with
        {
            Permissions = given.GetValueOrDefault("/") ?? user.Permissions,
            DirectoryPermissions = Directories(parsed, user, given),
            FilePatterns = Patterns(parsed, user),
        };
    }

    private List<DirectoryPermissions> Directories(ParseResult parsed, UserAccount user, IReadOnlyDictionary<string, IReadOnlyList<string>> given)
    {
        List<DirectoryPermissions> directories = [.. user.DirectoryPermissions];
        foreach (string unwanted in parsed.GetValue(_removePermissions) ?? [])
        {
            if (directories.RemoveAll(directory => unwanted == All || directory.Path == unwanted) == 0 && unwanted != All)
            {
                throw Missing(_removePermissions.Name, "permissions for", unwanted, directories.Select(directory => directory.Path));
            }
        }

        foreach ((string path, IReadOnlyList<string> names) in given.Where(entry => entry.Key != "/"))
        {
            directories.RemoveAll(directory => directory.Path == path);
            directories.Add(new DirectoryPermissions(path, names));
        }

        return directories;
    }

    private List<FilePatternRule> Patterns(ParseResult parsed, UserAccount user)
    {
        List<FilePatternRule> rules = [.. user.FilePatterns];
        foreach (string unwanted in parsed.GetValue(_removePatterns) ?? [])
        {
            if (rules.RemoveAll(rule => unwanted == All || rule.Path == unwanted) == 0 && unwanted != All)
            {
                throw Missing(_removePatterns.Name, "name filter for", unwanted, rules.Select(rule => rule.Path));
            }
        }

        foreach (FilePatternRule rule in (parsed.GetValue(_patterns) ?? []).Select(text => PatternRuleArgument.Read(text, _patterns.Name)))
        {
            rules.RemoveAll(old => old.Path == rule.Path);
            rules.Add(rule);
        }

        return rules;
    }

    private static CliException Missing(string flag, string what, string found, IEnumerable<string> there)
    {
        string list = string.Join(", ", there.Take(10).Select(LogEscape.Text));
        return new($"{flag}: the user has no {what} {LogEscape.Text(found)}; {(list.Length == 0 ? "there is none at all" : "there is " + list)}.");
    }
}
