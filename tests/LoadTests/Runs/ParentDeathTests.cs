using System.Diagnostics;
using Hpc.LoadTests.Cli;
using Hpc.LoadTests.Server;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Runs;

public sealed class ParentDeathTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task A_server_does_not_outlive_the_run_that_is_killed()
    {
        Assert.SkipUnless(await ParentDeath.IsThereAsync(CancellationToken.None), "setpriv with --pdeathsig is not installed.");
        using var folder = new TestDirectory("hpc-load");
        string scenario = folder["long.yaml"];
        await File.WriteAllTextAsync(scenario, "name: long\nserver: {users: 1}\nstages: [{kind: steady, sessions: 1, duration: 10 min}]\n");
        var start = new ProcessStartInfo("dotnet", [typeof(LoadCommandLine).Assembly.Location, "run", scenario, "--quiet", "--server-exe", ServerExecutable.Find(null)]);
        start.Environment["TMPDIR"] = folder.Path;
        using Process run = Process.Start(start)!;
        int server = 0;
        try
        {
            await UntilAsync(() => (server = ServerOf(run.Id)) != 0);
        }
        finally
        {
            // Not its tree: that is what is tested.
            run.Kill();
        }

        await run.WaitForExitAsync();
        await UntilAsync(() => !IsRunning(server));
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        long started = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Limit);
            await Task.Delay(Pause);
        }
    }

    // Before setpriv has become the server it may not have asked for the signal yet.
    private static int ServerOf(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path), out int process) ? process : 0)
        .FirstOrDefault(process => process != 0 && ParentOf(process) == parent && IsServer(Read(process, "cmdline")));

    private static bool IsServer(string command) => command.Contains("\0serve\0", StringComparison.Ordinal) && !command.StartsWith("setpriv\0", StringComparison.Ordinal);

    // "pid (name) state parent …"; a name may hold spaces and parentheses.
    private static string[] Stat(int process) => Read(process, "stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int ParentOf(int process) => Stat(process) is [_, { } parent, ..] ? int.Parse(parent, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static bool IsRunning(int process) => Stat(process) is [not ("Z" or "X"), ..] && IsServer(Read(process, "cmdline"));

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
