using System.Diagnostics;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Operations;

/// <summary>Sessions that end by the clock (F42).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class SessionTimeTests
{
    // The client paces itself by sleeping after each buffer: a quarter of a second, and about eight seconds for the file.
    private const string KilobitsPerSecond = "512";
    private const int FileBytes = 512 * 1024;

    [Fact]
    public async Task An_idle_session_is_ended_and_one_that_transfers_is_not()
    {
        Require.NotReference("it has no idle time-out.");
        await using HpcServerProcess server = await PolicyServer.StartAsync("sessions.idle_timeout_seconds=3");
        using ClientSession session = await PolicyServer.OpenAsync(server);
        using Process idle = session.Runner.Start("sftp", ["-F", session.SshConfiguration, "-q", "server"]);
        ClientResult copied = await PutAsync(session);
        copied.ExitCode.ShouldBe(0, copied.Everything);
        await PolicyServer.UntilAsync(() => server.Log.Contains("IdleTimeout", StringComparison.Ordinal), "the idle session is ended");
        using var clock = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await idle.StandardInput.WriteLineAsync("mkdir gone".AsMemory(), clock.Token);
        idle.StandardInput.Close();
        await idle.WaitForExitAsync(clock.Token);
        idle.ExitCode.ShouldNotBe(0);
        Directory.Exists(Path.Combine(session.User.Home, "gone")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_session_ends_at_its_longest_duration_in_the_middle_of_a_transfer()
    {
        Require.NotReference("it has no such limit.");
        await using HpcServerProcess server = await PolicyServer.StartAsync("sessions.max_duration_seconds=2");
        using ClientSession session = await PolicyServer.OpenAsync(server);
        (await PutAsync(session)).ExitCode.ShouldNotBe(0);
        await PolicyServer.UntilAsync(() => server.Log.Contains("MaxDuration", StringComparison.Ordinal), "its end is logged");
    }

    private static Task<ClientResult> PutAsync(ClientSession session) =>
        session.OpenSshAsync("sftp", $"put {PolicyServer.LocalFile(session, "file", FileBytes)} file\n", "-l", KilobitsPerSecond, "-B", "16384", "-b", "-", "server");
}
