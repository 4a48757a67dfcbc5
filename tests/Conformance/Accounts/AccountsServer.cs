using System.Globalization;
using Hpc.Conformance.Tests.Accounts;
using Hpc.Conformance.Tests.Policy;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

[assembly: AssemblyFixture(typeof(AccountsServer))]

namespace Hpc.Conformance.Tests.Accounts;

/// <summary>A server with the REST API, started by the first test that asks; scripts add users of their own.</summary>
public sealed class AccountsServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private HpcServerProcess? _server;

    /// <summary>Another server, which the caller disposes of.</summary>
    public static async Task<HpcServerProcess> StartNewAsync(params string[] settings)
    {
        Require.NotReference("it has no REST API.");
        Require.Tool("curl", "sftp");
        var server = new HpcServerProcess(new ServerOptions { Http = true, Arguments = [.. settings.SelectMany(setting => new[] { "--set", setting })] });
        try
        {
            await server.StartAsync();
            await PolicyServer.UntilAsync(() => server.HasServedHttp(1), "the REST API listens");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a function of a script against the shared server.</summary>
    public async Task RunAsync(string script, string function, params string[] arguments)
    {
        await _gate.WaitAsync();
        try
        {
            _server ??= await StartNewAsync();
        }
        finally
        {
            _gate.Release();
        }

        await RunAsync(_server, script, function, arguments: arguments);
    }

    /// <summary>Runs a function of a script, which ends with an error if anything is not as it should be.</summary>
    public static async Task RunAsync(HpcServerProcess server, string script, string function, string? input = null, params string[] arguments)
    {
        ClientRunner runner = RunnerFor(server);
        await Python.RequireAsync(runner, "paramiko");
        ClientResult result = await runner.RunAsync(Python.Interpreter, Command(script, function, arguments), input);
        if (result.ExitCode != 0)
        {
            throw new ClientFailedException(result.Everything + "\n-- server --\n" + string.Join('\n', server.Log.Split('\n').TakeLast(12)));
        }
    }

    /// <summary>What scripts are told of the server.</summary>
    public static ClientRunner RunnerFor(HpcServerProcess server) => new ClientRunner(server.UsersDirectory)
        .With("SFTP_PORT", server.Port.ToString(CultureInfo.InvariantCulture))
        .With("HTTP_PORT", server.HttpPort.ToString(CultureInfo.InvariantCulture))
        .With("HOMES", server.UsersDirectory)
        .With("SETUP_CODE", HpcServerProcess.SetupCode)
        .With("HPC_EXE", HpcServerProcess.Executable)
        .With("HPC_DATA", server.DataDirectory)
        .With("PYTHONDONTWRITEBYTECODE", "1");

    /// <summary>The arguments of the interpreter.</summary>
    public static string[] Command(string script, string function, params string[] arguments) =>
        ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", script), function, .. arguments];

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }
}
