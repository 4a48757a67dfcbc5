using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Operations;

[Trait(Category.Name, Category.Conformance)]
public sealed class ReloadTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task SIGHUP_reloads_a_server_that_was_started_by_nohup()
    {
        Assert.SkipWhen(ServerProcess.IsReference, "Asks hpc.");
        await using var server = new HpcServerProcess(new ServerOptions { IgnoresHangup = true });
        await server.StartAsync();
        await new ClientRunner(server.DataDirectory).RunAsync("kill", ["-HUP", $"{server.ProcessId}"]);
        using var limit = new CancellationTokenSource(Limit);
        while (!server.Log.Contains("reloaded: log level", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), limit.Token);
        }

        server.IsRunning.ShouldBeTrue();
    }
}
