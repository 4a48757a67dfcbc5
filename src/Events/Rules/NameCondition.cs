using Hpc.Accounts.Objects;
using Hpc.Storage.Vfs;

namespace Hpc.Events.Rules;

/// <summary>Which users and folders the actions of a rule are for (R8.2): names, groups and roles by patterns, all of which must hold.</summary>
public sealed class NameCondition
{
    private readonly Patterns _names;
    private readonly Patterns _groups;
    private readonly Patterns _roles;

    /// <summary>Reads the conditions of a rule. A pattern that cannot be read stands for nothing.</summary>
    public NameCondition(ConditionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _names = new Patterns(options.Names);
        _groups = new Patterns(options.GroupNames);
        _roles = new Patterns(options.RoleNames);
    }

    /// <summary>True of a user that the rule is for.</summary>
    public bool Holds(User user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _names.Hold(user.Username) && _roles.Hold(user.Role) && _groups.Hold([.. user.Groups.Select(group => group.Name)]);
    }

    /// <summary>True of a folder that the rule is for; groups and roles say nothing of folders.</summary>
    public bool Holds(Folder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return _names.Hold(folder.Name);
    }

    // Of those that are not inverted one is enough; of those that are, all must hold.
    private sealed class Patterns(IReadOnlyList<ConditionPattern> patterns)
    {
        private readonly ShellPattern?[] _wanted = Read(patterns, isInverse: false);
        private readonly ShellPattern?[] _unwanted = Read(patterns, isInverse: true);

        public bool Hold(params IReadOnlyList<string> names)
        {
            if (_wanted.Length + _unwanted.Length == 0 || Array.Exists(_wanted, pattern => IsAny(pattern, names)))
            {
                return true;
            }

            return _unwanted.Length > 0 && Array.TrueForAll(_unwanted, pattern => pattern is not null && !IsAny(pattern, names));
        }

        private static bool IsAny(ShellPattern? pattern, IReadOnlyList<string> names) => pattern is not null && names.Any(pattern.Matches);

        private static ShellPattern?[] Read(IReadOnlyList<ConditionPattern> patterns, bool isInverse) =>
            [.. patterns.Where(pattern => pattern.InverseMatch == isInverse).Select(pattern => ShellPattern.TryParse(pattern.Pattern, out ShellPattern? read) ? read : null)];
    }
}
