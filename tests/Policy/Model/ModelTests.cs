using System.Globalization;

namespace Hpc.Policy.Tests.Model;

/// <summary>
/// Whatever a user does, and however the paths are written: nothing is read, written, listed or told that permissions, patterns and mounts do not allow.
/// HPC_POLICY_SEEDS=FIRST-LAST runs other seeds than the fixed ones.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int ShownFailures = 5;

    [Theory]
    [InlineData(BackendKind.Memory, 10_000)]
    [InlineData(BackendKind.Local, 300)]
    public async Task No_sequence_of_operations_leaves_what_is_allowed(BackendKind kind, int sequences)
    {
        (int first, int last) = Seeds(sequences);
        var failures = new List<string>();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForAsync(first, last + 1, async (seed, _) =>
        {
            var own = new Dictionary<string, int>(StringComparer.Ordinal);
            string? failure = await Sequence.RunAsync(kind, seed, own);
            lock (failures)
            {
                foreach ((string key, int count) in own)
                {
                    counts[key] = counts.GetValueOrDefault(key) + count;
                }

                if (failure is not null)
                {
                    failures.Add(failure);
                }
            }
        });

        output.WriteLine($"{last + 1 - first:N0} sequences, {counts.Values.Sum():N0} operations, {failures.Count:N0} sequences wrong");
        foreach ((string key, int count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {key}: {count:N0}");
        }

        failures.OrderBy(failure => failure.Length).Take(ShownFailures).Select(failure => failure + "\n").ShouldBeEmpty();
    }

    private static (int First, int Last) Seeds(int sequences)
    {
        string[] parts = (Environment.GetEnvironmentVariable("HPC_POLICY_SEEDS") ?? $"1-{sequences}").Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[^1], CultureInfo.InvariantCulture));
    }
}
