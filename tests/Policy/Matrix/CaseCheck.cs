using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Runs cases, counts them and keeps those that the table disagrees with.</summary>
internal sealed class CaseCheck
{
    private const int ShownFailures = 25;

    // By operation and fault, with one example.
    private readonly Dictionary<string, (int Count, string Example)> _failures = new(StringComparer.Ordinal);
    private int _cases;

    /// <summary>True if it changed something. <paramref name="real"/> is where <paramref name="written"/> leads, for what a refusal must leave alone.</summary>
    public async Task<bool> RunAsync(
        Scene scene, OperationRow row, UserRules rules, (string Source, string? Target) written, (string Source, string? Target) real, Outcome expected)
    {
        _cases++;
        string before = await scene.DescribeAsync(real.Source, real.Target);
        var runner = new OperationRunner(scene.Backends.Open(rules));
        string linkText = row.Name == "symlink-into" ? written.Target! : Scene.AimOf(written.Source);
        StorageError actual = await runner.RunAsync(row.Name, P(written.Source), P(written.Target ?? "/"), linkText);
        string? wrong =
            !expected.Accepts(actual) ? $"{actual} instead of {expected}"
            : actual != StorageError.None && !IsCopy(row) && await scene.DescribeAsync(real.Source, real.Target) is var after && after != before
                ? $"{actual}, but it changed\n{before}\nto\n{after}"
            : actual != StorageError.None && runner.Seen.Count > 0 ? $"{actual}, but this came out: {string.Join(", ", runner.Seen)}"
            : null;
        if (wrong is not null)
        {
            string example = $"{row.Name} {written.Source}{(written.Target is null ? "" : " → " + written.Target)}: {wrong} ({rules})";
            string group = $"{row.Name}: {wrong.Split(',')[0]}";
            _failures[group] = _failures.TryGetValue(group, out (int Count, string Example) known) ? (known.Count + 1, known.Example) : (1, example);
        }

        return IsCopy(row) || (row.Changes && actual == StorageError.None);
    }

    public void Report(ITestOutputHelper output)
    {
        output.WriteLine($"{_cases:N0} cases, {_failures.Values.Sum(failure => failure.Count):N0} of them wrong");
        _failures.Values.Take(ShownFailures).Select(failure => $"{failure.Count:N0} × {failure.Example}\n").ShouldBeEmpty();
    }

    // The client opens the target by itself before it asks for the copy.
    private static bool IsCopy(OperationRow row) => row.Name is "copy" or "copy-over";
}
