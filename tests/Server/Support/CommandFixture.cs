using System.Text.Json;
using Hpc.Crypto.Keys;

namespace Hpc.Server.Tests.Support;

/// <summary>Commands on one data directory, with a server that runs on it or without one.</summary>
internal sealed class CommandFixture : IAsyncDisposable
{
    private ServerRun? _server;

    public TemporaryDirectory Directory { get; } = new();

    public TestConsole Console { get; } = new();

    public string Data => Directory["data"];

    /// <summary>Given to every command and to the server.</summary>
    public string[] Settings { get; init; } = [];

    public static string KeyLine(string comment)
    {
        using SshPrivateKey key = SshPrivateKeys.Generate("ssh-ed25519");
        return OpenSshPublicKey.Format(key.PublicKey, comment);
    }

    public async Task<ServerRun> StartAsync(params string[] flags) => _server = await ServerRun.StartAsync(Data, [.. Settings, .. flags]);

    public async Task<ServerRun> StartAsync(IReadOnlyDictionary<string, string> environment, params string[] flags) =>
        _server = await ServerRun.StartAsync(Data, environment, [.. Settings, .. flags]);

    public async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    /// <summary>Runs a command that works; what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        (await ExitCodeAsync(arguments)).ShouldBe(0, $"{string.Join(' ', arguments)}: {Console.Error}");
        return Console.Out;
    }

    public async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await RunAsync(arguments)).RootElement;

    public async Task<JsonElement> DumpAsync() => await JsonAsync("dumpdata", "--output", "-");

    /// <summary>Runs a command.</summary>
    public Task<int> ExitCodeAsync(params string[] arguments)
    {
        Console.Clear();
        return Console.RunAsync([.. arguments, "--data-dir", Data, .. Settings], CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Dispose();
    }
}
