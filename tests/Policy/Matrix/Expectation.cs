using Hpc.Policy.Tests.Rules;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Reads the table for one operation on one path (and its target) under one user's rules.</summary>
internal static class Expectation
{
    /// <summary>What becomes of it by the paths as they are written, links left aside.</summary>
    public static Outcome Of(OperationRow row, UserRules rules, string path, string? target)
    {
        Verdict named = rules.VerdictOf(path);
        if (named == Verdict.Hidden)
        {
            // A name that does not exist resolves to itself, and cannot be created for another reason than that it is there.
            return row.Name == "realpath" ? Outcome.Any : row.Source == "new" || row.Name is "replace" or "resume" ? Outcome.Refused : Outcome.Missing;
        }

        Verdict targetNamed = target is null ? Verdict.Allowed : rules.VerdictOf(target);
        if (targetNamed == Verdict.Hidden)
        {
            return Outcome.Refused;
        }

        bool changesSource = row.Changes && !row.Name.StartsWith("copy", StringComparison.Ordinal);
        if ((changesSource && rules.IsReadOnlyAt(path)) || (row.Changes && target is not null && rules.IsReadOnlyAt(target)) || (row.Changes && rules.IsReadOnly))
        {
            return Outcome.Refused;
        }

        if (named == Verdict.Denied && row.WhenDenied == "no")
        {
            return Outcome.Denied;
        }

        if (targetNamed == Verdict.Denied || IsFixed(row, rules, path) || (target is not null && row.Name != "symlink-into" && IsFixed(row, rules, target)))
        {
            return Outcome.Denied;
        }

        if (row.Name == "symlink-into" && rules.MountOf(path) != rules.MountOf(target!))
        {
            return Outcome.Denied;
        }

        if (row.OnMount == "fails" && (rules.IsMountPoint(path) || (target is not null && rules.IsMountPoint(target))))
        {
            return Outcome.Refused;
        }

        if (!HoldsAll(row, rules, path, target))
        {
            return Outcome.Denied;
        }

        if (named != Verdict.Allowed || targetNamed != Verdict.Allowed)
        {
            return row.WhenDenied == "seen" && named == Verdict.Denied && targetNamed == Verdict.Allowed ? Outcome.Done : Outcome.Any;
        }

        // The file in the directory is named as the directory: what becomes of it where its name is not the same to the patterns is left open.
        if (row.Source == "tree" && (rules.VerdictOf(UserRules.Join(path, UserRules.NameOf(path))) != Verdict.Allowed || rules.VerdictOf(UserRules.Join(target!, UserRules.NameOf(path))) != Verdict.Allowed))
        {
            return Outcome.Any;
        }

        bool crosses = target is not null && rules.MountOf(path) != rules.MountOf(target);
        return (crosses, row.Name) switch
        {
            (true, "hardlink") => Outcome.Refused,
            (true, "rename-link" or "rename-dir" or "rename-tree") => Outcome.DoneOrCrossDevice,
            _ => Outcome.Done,
        };
    }

    /// <summary>The same where links lead elsewhere: both the path as it is written and where it leads must allow it.</summary>
    public static Outcome OfBoth(Outcome written, Outcome led) =>
        written.Forbids() ? written
        : led.Forbids() ? Outcome.Refused
        : written == Outcome.Any || led == Outcome.Any ? Outcome.Any
        : led;

    // R4.6: where a mount begins, and what holds one, stays where it is.
    private static bool IsFixed(OperationRow row, UserRules rules, string path) =>
        row.OnMount == "no"
        && (rules.IsMountPoint(path) || (rules.HoldsMounts(path) && row.Name is "rmdir" or "delete" or "rename" or "rename-dir" or "rename-tree" or "rename-over"));

    private static bool HoldsAll(OperationRow row, UserRules rules, string path, string? target) =>
        (row.Parent.All(name => rules.Holds(UserRules.ParentOf(path), name)) || IsToldToWhoMayList(row, rules, path))
        && row.Itself.All(name => rules.Holds(path, name))
        && (target is null
            || (row.TargetParent.All(name => rules.Holds(UserRules.ParentOf(target), name))
                && row.TargetItself.All(name => rules.Holds(target, name))))
        && (row.Name != "hardlink"
            || OperationTable.CarriedByHardLink.All(name =>
                rules.Permissions.Keys.All(key => !rules.Holds(key, name)) || rules.Holds(UserRules.ParentOf(path), name)));

    private static bool IsToldToWhoMayList(OperationRow row, UserRules rules, string path) =>
        OperationTable.ToldToWhoMayList.Contains(row.Name) && rules.Holds(path, "list");
}
