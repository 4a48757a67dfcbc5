using Hpc.Policy.Tests.Matrix;
using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Model;

/// <summary>One user, one tree, some operations by any spelling; after each the model says whether it may have happened and what may have come out.</summary>
internal sealed class Sequence
{
    private static readonly string[] Operations =
    [
        "list", "list", "stat", "lstat", "readlink", "realpath", "statvfs", "read", "read", "check-file", "create", "create-exclusive", "create-and-read",
        "overwrite", "replace", "append", "read-and-write", "truncate", "truncate-open", "delete", "rmdir", "rename", "rename", "rename-over",
        "mkdir", "symlink", "symlink", "hardlink", "chmod", "chown", "chtimes", "chmod-open", "copy", "copy-over", "copy-path", "copy-path-over",
    ];

    private readonly Random _random;
    private readonly World _world;
    private readonly UserRules _rules;
    private readonly UserFileSystem _files;
    private readonly string _start;
    private SortedDictionary<string, (string State, FileIdentity Identity)> _state = [];

    private Sequence(Random random, World world, UserRules rules)
    {
        _random = random;
        _world = world;
        _rules = rules;
        _files = world.Backends.Open(rules);
        _start = World.Directories[random.Next(World.Directories.Length)];
    }

    /// <summary>What went wrong first, or null.</summary>
    public static async Task<string?> RunAsync(BackendKind kind, int seed, Dictionary<string, int> counts)
    {
        var random = new Random(seed);
        UserRules rules = RandomRules.Next(random);
        using World world = await World.CreateAsync(kind, rules.Mounts, random);
        var sequence = new Sequence(random, world, rules);
        sequence._state = await world.SnapshotAsync();
        var log = new List<string>();
        for (int left = random.Next(5, 31); left > 0; left--)
        {
            if (await sequence.StepAsync(log, counts) is { } wrong)
            {
                return $"seed {seed} on {kind}: {wrong}\nrules: {rules}\nsteps:\n{string.Join('\n', log.TakeLast(40))}";
            }
        }

        return null;
    }

    private string RandomPath()
    {
        string directory = World.Directories[_random.Next(World.Directories.Length)];
        return _random.Next(6) switch
        {
            0 => directory,
            1 => UserRules.Join(directory, $"l{_random.Next(3)}"),
            2 => UserRules.Join(UserRules.Join(directory, $"l{_random.Next(3)}"), World.Names[_random.Next(World.Names.Length)]),
            _ => UserRules.Join(directory, World.Names[_random.Next(World.Names.Length)]),
        };
    }

    private async Task<string?> StepAsync(List<string> log, Dictionary<string, int> counts)
    {
        string operation = Operations[_random.Next(Operations.Length)];
        string text = PathSpelling.Of(RandomPath(), _start, _random);
        string targetText = PathSpelling.Of(RandomPath(), _start, _random);
        string linkText = World.RandomTarget(_random);
        string path = UserRules.Normalise(text, _start);
        string target = UserRules.Normalise(targetText, _start);
        VirtualPath.TryParse(text, P(_start), out VirtualPath parsed).ShouldBeTrue();
        VirtualPath.TryParse(targetText, P(_start), out VirtualPath parsedTarget).ShouldBeTrue();
        if (parsed.ToString() != path || parsedTarget.ToString() != target)
        {
            return $"{text} or {targetText} in {_start} is read as {parsed} and {parsedTarget}";
        }

        Step step = await Step.PlanAsync(_world, _rules, operation, path, OperationTable.Rows.First(row => row.Name == operation).HasTarget ? target : null, linkText);
        var runner = new OperationRunner(_files) { Content = _world.NextContent() };
        StorageError actual = await runner.RunAsync(operation, parsed, parsedTarget, linkText);
        log.Add($"{operation} {text}{(step.Target is null ? operation == "symlink" ? " says " + linkText : "" : " → " + targetText)} = {actual}; model: {step.Expected} as {step.Row}, leads to {step.Real ?? "nowhere"}{(step.Target is null ? "" : " → " + (step.RealTarget ?? "nowhere"))}");
        Count(counts, step.Expected, actual);
        return Wrong(step, actual) ?? await WrongSightAsync(step, runner, actual) ?? await WrongChangeAsync(step, actual);
    }

    private static string? Wrong(Step step, StorageError actual)
    {
        if (step.Expected.Forbids() && actual == StorageError.None)
        {
            return $"{step} happened, and the model forbids it ({step.Expected})";
        }

        if (step.Expected == Outcome.Missing && actual != StorageError.NotFound)
        {
            return $"{step} is {actual}, and the name does not exist for the user";
        }

        // What may be done can still fail for what is there; but then not for permissions.
        return step.Expected == Outcome.Done && actual == StorageError.AccessDenied ? $"{step} is denied, and the model allows it" : null;
    }

    private async Task<string?> WrongSightAsync(Step step, OperationRunner runner, StorageError actual)
    {
        if (actual != StorageError.None)
        {
            return runner.Seen.Count > 0 ? $"{step} failed with {actual}, and this came out: {string.Join(", ", runner.Seen)}" : null;
        }

        string mount = _rules.MountOf(step.Path);
        string seen = string.Join('\n', runner.Seen.Order(StringComparer.Ordinal));
        switch (step.Operation)
        {
            case "read" or "check-file":
                string content = await _world.ReadAsync(mount, step.Real!);
                return seen == content ? null : $"{step} read '{seen}' and the file has '{content}'";
            case "stat" or "lstat" when !_rules.Mounts.Any(point => UserRules.IsAtOrBelow(point, step.Real!)):
                EntryAttributes? entry = await _world.EntryAsync(mount, step.Real!);
                string expected = $"{entry?.Type} {entry?.Size}";
                return seen == expected ? null : $"{step} saw '{seen}' and it is '{expected}'";
            case "list":
                return await WrongListingAsync(step, mount, runner.Seen);
            case "realpath" when seen != step.Path:
                return seen == step.Real && _rules.VerdictOf(seen) != Verdict.Hidden ? null : $"{step} saw '{seen}'";
            default:
                return null;
        }
    }

    private async Task<string?> WrongListingAsync(Step step, string mount, List<string> seen)
    {
        List<DirectoryEntry> entries = await _world.ListAsync(mount, step.Real!);
        var expected = entries
            .Where(entry => UserRules.Join(step.Real!, entry.Name) is var path
                && _rules.VerdictOf(path) != Verdict.Hidden && !_rules.Mounts.Any(point => UserRules.IsAtOrBelow(point, path)))
            .Select(entry => entry.Attributes.Type == EntryType.File ? $"{entry.Name} {entry.Attributes.Size}" : entry.Name)
            .ToHashSet();
        foreach (string point in _rules.Mounts.Where(point => point != step.Real && UserRules.IsAtOrBelow(point, step.Real!)))
        {
            string name = point[(step.Real!.Length == 1 ? 1 : step.Real.Length + 1)..].Split('/')[0];
            if (_rules.VerdictOf(UserRules.Join(step.Real!, name)) != Verdict.Hidden)
            {
                expected.Add(name);
            }
        }

        string[] tooMany = [.. seen.Except(expected)];
        string[] tooFew = step.Real == step.Path ? [.. expected.Except(seen)] : [];
        return tooMany.Length == 0 && tooFew.Length == 0 && seen.Distinct().Count() == seen.Count
            ? null
            : $"{step} shows {string.Join(", ", seen)}; too many: {string.Join(", ", tooMany)}; too few: {string.Join(", ", tooFew)}";
    }

    private async Task<string?> WrongChangeAsync(Step step, StorageError actual)
    {
        if (!step.Row.Changes)
        {
            return null;
        }

        SortedDictionary<string, (string State, FileIdentity Identity)> before = _state;
        _state = await _world.SnapshotAsync();
        string[] allowed = actual == StorageError.None || (step.Operation is "copy" or "copy-over" && !step.OpensTargetInVain)
            ? step.TouchedKeys(_rules)
            : [];
        var touched = before.Where(entry => allowed.Any(key => IsAtOrBelow(entry.Key, key))).Select(entry => entry.Value.Identity).ToHashSet();
        foreach (string key in before.Keys.Union(_state.Keys))
        {
            string was = before.TryGetValue(key, out (string State, FileIdentity Identity) old) ? old.State : "nothing";
            string now = _state.TryGetValue(key, out (string State, FileIdentity Identity) current) ? current.State : "nothing";
            bool isOtherName = old.Identity.IsKnown && touched.Contains(old.Identity);
            if (was != now && !isOtherName && !allowed.Any(allowedKey => IsAtOrBelow(key, allowedKey)))
            {
                return $"{step} = {actual} changed {key} from '{was}' to '{now}'";
            }
        }

        return null;
    }

    private static bool IsAtOrBelow(string key, string ancestor) =>
        key == ancestor || key.StartsWith(ancestor.EndsWith('/') ? ancestor : ancestor + "/", StringComparison.Ordinal);

    private static void Count(Dictionary<string, int> counts, Outcome expected, StorageError actual)
    {
        string key = $"{expected}, {(actual == StorageError.None ? "done" : "not done")}";
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }
}
