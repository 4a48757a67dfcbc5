namespace Hpc.Server.Tests.Support;

/// <summary>A server that runs in this process on a data directory until it is disposed.</summary>
internal sealed class ServerRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly CancellationTokenSource _stop = new();
    private Task<int> _run = Task.FromResult(0);

    public TestConsole Console { get; } = new();

    public static Task<ServerRun> StartAsync(string dataDirectory, params string[] flags) => StartAsync(dataDirectory, new Dictionary<string, string>(), flags);

    public static async Task<ServerRun> StartAsync(string dataDirectory, IReadOnlyDictionary<string, string> environment, params string[] flags)
    {
        var server = new ServerRun();
        foreach ((string name, string value) in environment)
        {
            server.Console.Environment[name] = value;
        }

        server._run = server.Console.RunAsync(
            ["serve", "--data-dir", dataDirectory, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--grace-time", "0", .. flags], server._stop.Token);
        while (!server.Console.Out.Contains("REST API:", StringComparison.Ordinal))
        {
            server._run.IsCompleted.ShouldBeFalse(server.Console.Error);
            await Task.Delay(20);
        }

        return server;
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        (await _run.WaitAsync(Patience)).ShouldBe(0, Console.Error);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Patience);
        _stop.Dispose();
    }
}
