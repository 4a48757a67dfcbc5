using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Support;

/// <summary>Runs the scripts that speak to the server through Python's SSH libraries.</summary>
internal static class Python
{
    // Debian's own interpreter: the one that Debian's library packages are installed for.
    public const string Interpreter = "/usr/bin/python3";

    public static async Task RequireAsync(ClientRunner runner, string module)
    {
        Require.Tool(Interpreter);
        ClientResult import = await runner.RunAsync(Interpreter, ["-W", "ignore", "-c", $"import {module}"]);
        Assert.SkipWhen(import.ExitCode != 0, $"Debian's python3 has no {module}.");
    }

    public static Task<ClientResult> RunAsync(ClientSession session, string script, params string[] arguments) =>
        RunAsync(session, null, script, arguments);

    public static async Task<ClientResult> RunAsync(ClientSession session, TimeSpan? timeout, string script, params string[] arguments)
    {
        session.Runner
            .With("SFTP_PORT", session.Port)
            .With("SFTP_USER", session.User.Name)
            .With("SFTP_PASSWORD", session.User.Password)
            .With("SFTP_KEY", session.User.Key.PrivateFile)
            .With("SFTP_LOGIN", session.ByPassword ? "password" : "key")
            .With("SFTP_KNOWN_HOSTS", session.KnownHosts)
            .With("PYTHONDONTWRITEBYTECODE", "1");
        ClientResult result = await session.Runner.RunAsync(
            Interpreter,
            ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", script), .. arguments],
            timeout: timeout);
        return result.ExitCode == 0 ? result : throw session.Failed(result);
    }
}
