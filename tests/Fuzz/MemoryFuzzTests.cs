using System.Diagnostics;
using System.Globalization;

namespace Hpc.Fuzz.Tests;

/// <summary>
/// Mutated sessions against the protocol in memory. HPC_FUZZ_SECONDS says how long (600 for the long run), HPC_FUZZ_SEED replays one case.
/// </summary>
public sealed class MemoryFuzzTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 12;
    private const int FirstSeed = 1;
    private const int WarmUpSeed = 1_000_000_000;

    // The process with its test runner, a few cases at a time, and idle pools of many cases that the collector has not taken yet.
    private const long MemoryBudget = 700L * 1024 * 1024;

    // Descriptors that belong to no case: the runner's pipes, the runtime's own files.
    private const int DescriptorSlack = 16;

    [Fact]
    public async Task No_traffic_breaks_the_server_or_leaves_anything_behind()
    {
        if (Number("HPC_FUZZ_SEED") is { } single)
        {
            FuzzOutcome replayed = await FuzzCase.RunAsync(single);
            output.WriteLine($"seed {single}: {replayed}");
            return;
        }

        // Whatever the runtime opens once is open after these.
        await new FuzzRun(WarmUpSeed, TimeSpan.FromSeconds(2)).GoAsync(FuzzCase.RunAsync);
        int descriptors = CountDescriptors();
        FuzzRun run = new(Number("HPC_FUZZ_FIRST_SEED") ?? FirstSeed, TimeSpan.FromSeconds(Number("HPC_FUZZ_SECONDS") ?? DefaultSeconds));
        await run.GoAsync(FuzzCase.RunAsync);
        run.Report(output.WriteLine);
        output.WriteLine($"working set {Environment.WorkingSet >> 20} MiB, descriptors {descriptors} then {CountDescriptors()}, threads {Process.GetCurrentProcess().Threads.Count}");
        Environment.WorkingSet.ShouldBeLessThan(MemoryBudget);
        CountDescriptors().ShouldBeLessThanOrEqualTo(descriptors + DescriptorSlack);
        run.Logins.ShouldBeGreaterThan(0);
        run.Replies.ShouldBeGreaterThan(0);
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static int CountDescriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
