using Hpc.Policy.Tests.Matrix;
using Hpc.Policy.Tests.Rules;
using Hpc.Storage;

namespace Hpc.Policy.Tests.Model;

/// <summary>One operation with what the model knows of it before it is tried.</summary>
internal sealed record Step
{
    public required string Operation { get; init; }

    /// <summary>The line of the table that holds for what is there.</summary>
    public required OperationRow Row { get; init; }

    public required string Path { get; init; }

    public required string? Target { get; init; }

    /// <summary>Where the path leads in its mount; null if nowhere.</summary>
    public required string? Real { get; init; }

    public required string? RealTarget { get; init; }

    public required Outcome Expected { get; init; }

    /// <summary>A copy whose target could not even be opened.</summary>
    public required bool OpensTargetInVain { get; init; }

    public static async Task<Step> PlanAsync(World world, UserRules rules, string operation, string path, string? target, string linkText)
    {
        OperationRow asked = OperationTable.Row(operation);
        string mount = rules.MountOf(path);
        string? real = await world.LeadsToAsync(path, mount, asked.Follows);
        bool followsTarget = operation is "copy-over";
        string? realTarget = target is null ? null : await world.LeadsToAsync(target, rules.MountOf(target), followsTarget);
        EntryAttributes? entry = real is null ? null : await world.EntryAsync(mount, real);
        EntryAttributes? targetEntry = realTarget is null ? null : await world.EntryAsync(rules.MountOf(target!), realTarget);
        OperationRow row = RowFor(operation, real is not null && rules.IsMountPoint(real) ? EntryType.Directory : entry?.Type, targetEntry is not null);

        Outcome expected = Judge(rules, row, path, target, real, realTarget);
        if (row.Name == "symlink" && !expected.Forbids())
        {
            // Through a link the text may be read from where it is written or from where that leads.
            expected = UserRules.ParentOf(real!) == UserRules.ParentOf(path) ? JudgeLink(rules, real!, linkText, expected) : Outcome.Any;
        }

        if (row.Name == "rename-dir" && !expected.Forbids())
        {
            expected = await JudgeTreeAsync(world, rules, row, real!, realTarget!, expected);
        }

        // A directory over something else.
        if (operation == "rename-over" && row.Name == "rename-dir" && targetEntry is not null && !expected.Forbids())
        {
            expected = Outcome.Any;
        }

        if (operation == "hardlink" && entry is { Type: not EntryType.File } && !expected.Forbids())
        {
            expected = Outcome.Any;
        }

        bool creates = operation is "create" or "create-exclusive" or "create-and-read" or "replace" or "resume" or "truncate-new";
        if (creates && expected == Outcome.Missing)
        {
            expected = Outcome.Refused;
        }

        // Who may list it where it is written and only its parent where that leads, or the other way round.
        if (OperationTable.ToldToWhoMayList.Contains(row.Name) && expected == Outcome.Done && real != path && !IsSeenOneWay(rules, path, real!))
        {
            expected = Outcome.Any;
        }

        // Who may create and not change what is there is refused either as denied or as there already.
        if (creates && !expected.Forbids() && real != path)
        {
            // A link that leads to nothing is a name that is there, too.
            expected = Outcome.Any;
        }

        if (creates && entry is not null && !expected.Forbids() && (operation == "create-exclusive" || entry.Value.Type != EntryType.File))
        {
            expected = Outcome.Any;
        }

        // What is told of a link that leads to a name which is refused is left open.
        if (operation == "readlink" && !expected.Forbids() && await world.LeadsToAsync(path, mount, followLast: true) is { } aim && rules.VerdictOf(aim) != Verdict.Allowed)
        {
            expected = Outcome.Any;
        }

        if (!expected.Forbids() && real is not null && row.Source == "new" && rules.HoldsMounts(real))
        {
            expected = Outcome.Any;
        }

        // What holds a mount cannot be replaced (R4.6); that there is something already is the other answer.
        if (target is not null && !expected.Forbids() && (rules.HoldsMounts(target) || rules.HoldsMounts(realTarget!)))
        {
            expected = Outcome.Any;
        }

        // A name renamed to itself changes nothing, and a copy over a link is for the backend to say.
        bool isNothing = operation.StartsWith("rename", StringComparison.Ordinal) && realTarget is not null && realTarget == real;
        if (isNothing || (operation.StartsWith("copy", StringComparison.Ordinal) && targetEntry is { Type: EntryType.SymbolicLink } && !expected.Forbids()))
        {
            expected = Outcome.Any;
        }

        // One and the same, or a part of itself: what an operation on both means is for the backend to say.
        if (realTarget is not null && real is not null && !expected.Forbids() && (UserRules.IsAtOrBelow(realTarget, real) || UserRules.IsAtOrBelow(real, realTarget)))
        {
            expected = Outcome.Any;
        }

        return new Step
        {
            Operation = operation,
            Row = row,
            Path = path,
            Target = target,
            Real = real,
            RealTarget = realTarget,
            Expected = expected,
            OpensTargetInVain = target is not null && CopyTargetIsForbidden(rules, operation, target, realTarget, targetEntry is not null),
        };
    }

    /// <summary>What an operation that happened may have changed.</summary>
    public string[] TouchedKeys(UserRules rules)
    {
        var keys = new List<string>();
        Add(Path, Real);
        if (Target is not null && Operation != "symlink-into")
        {
            Add(Target, RealTarget);
        }

        return [.. keys];

        void Add(string written, string? real)
        {
            if (real is not null)
            {
                string mount = rules.MountOf(written);
                keys.Add(World.Key(mount, World.Inner(mount, real).ToString()));
            }
        }
    }

    public override string ToString() => $"{Operation} {Path}{(Target is null ? "" : " → " + Target)}";

    private static Outcome Judge(UserRules rules, OperationRow row, string path, string? target, string? real, string? realTarget)
    {
        Outcome written = Expectation.Of(row, rules, path, target);
        if (written.Forbids())
        {
            return written;
        }

        bool leads = real is not null && (target is null || realTarget is not null)
            && rules.MountOf(real) == rules.MountOf(path) && (target is null || rules.MountOf(realTarget!) == rules.MountOf(target));
        if (!leads)
        {
            return row.Name == "realpath" ? Outcome.Any : Outcome.Refused;
        }

        // Where all rules are the same, links that the operator left are followed by the backend alone, also to a temporary.
        if (IsTemporary(real!) || (realTarget is not null && IsTemporary(realTarget)))
        {
            return Outcome.Any;
        }

        return real == path && realTarget == target ? written : Expectation.OfBoth(written, Expectation.Of(row, rules, real!, realTarget));
    }

    private static bool IsSeenOneWay(UserRules rules, string path, string real) =>
        (rules.Holds(UserRules.ParentOf(path), "list") && rules.Holds(UserRules.ParentOf(real), "list")) || (rules.Holds(path, "list") && rules.Holds(real, "list"));

    private static bool IsTemporary(string path) => path.Contains("/" + UserRules.TemporaryPrefix, StringComparison.Ordinal);

    // R4.6: no link to the root, none into another mount; R4.3: who makes it may make links where it points, too.
    private static Outcome JudgeLink(UserRules rules, string link, string text, Outcome expected)
    {
        string aim = UserRules.Normalise(text, UserRules.ParentOf(link));
        bool allowed = aim != "/" && !LeavesMount(text, rules.MountOf(link), UserRules.ParentOf(link)) && rules.MountOf(aim) == rules.MountOf(link) && !rules.IsMountPoint(aim)
            && rules.Holds(UserRules.ParentOf(aim), "create_symlinks");
        return !allowed ? Outcome.Refused : rules.VerdictOf(aim) == Verdict.Allowed ? expected : Outcome.Any;
    }

    // Also one that comes back into the mount by its name: on the backend it would not.
    private static bool LeavesMount(string text, string mount, string start)
    {
        int depth = text.StartsWith('/') ? 0 : World.Inner(mount, start).ToString().Split('/', StringSplitOptions.RemoveEmptyEntries).Length;
        foreach (string segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            depth += segment == ".." ? -1 : segment == "." ? 0 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>R4.4: what is in a directory must be allowed to be renamed where it is and where it comes to be, and nothing comes to light by it.</summary>
    private static async Task<Outcome> JudgeTreeAsync(World world, UserRules rules, OperationRow row, string from, string to, Outcome expected)
    {
        string mount = rules.MountOf(from);
        foreach (DirectoryEntry entry in await world.ListSafelyAsync(mount, from))
        {
            string source = UserRules.Join(from, entry.Name);
            string target = UserRules.Join(to, entry.Name);
            if (rules.MountOf(source) != mount)
            {
                continue;
            }

            Verdict was = rules.VerdictOf(source);
            Verdict becomes = rules.VerdictOf(target);
            if (was == Verdict.Hidden && becomes == Verdict.Hidden)
            {
                expected = Outcome.Any;
                continue;
            }

            string needed = entry.Attributes.Type == EntryType.Directory ? "rename_dirs" : "rename_files";
            if ((was is Verdict.Denied or Verdict.Hidden && was > becomes) || !rules.Holds(from, needed) || !rules.Holds(to, needed))
            {
                return Outcome.Refused;
            }

            expected = was != Verdict.Allowed || becomes != Verdict.Allowed ? Outcome.Any : expected;
            if (entry.Attributes.Type == EntryType.Directory)
            {
                expected = await JudgeTreeAsync(world, rules, row, source, target, expected);
                if (expected.Forbids())
                {
                    return expected;
                }
            }
        }

        return expected;
    }

    private static bool CopyTargetIsForbidden(UserRules rules, string operation, string target, string? realTarget, bool exists)
    {
        OperationRow row = OperationTable.Row(exists && operation == "copy-over" ? "replace" : "create");
        return operation is "copy" or "copy-over"
            && (Expectation.Of(row, rules, target, null).Forbids() || realTarget is null || Expectation.Of(row, rules, realTarget, null).Forbids());
    }

    // Which line of the table it is depends on what is there.
    private static OperationRow RowFor(string operation, EntryType? type, bool targetExists) => OperationTable.Row((operation, type) switch
    {
        ("create", EntryType.File) => "replace",
        ("create-and-read", EntryType.File) => "read-and-write",
        ("replace" or "resume", null) => "create",
        ("stat" or "lstat", EntryType.Directory) => operation + "-dir",
        ("rename", EntryType.Directory) => "rename-dir",
        ("rename-over", EntryType.Directory) => "rename-dir",
        ("rename-over", _) when !targetExists => "rename",
        ("chmod" or "chown" or "chtimes", EntryType.Directory) => operation + "-dir",
        ("copy-over", _) when !targetExists => "copy",
        ("copy-path-over", _) when !targetExists => "copy-path",
        _ => operation,
    });
}
