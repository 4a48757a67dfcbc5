using Hpc.Conformance.Tests.Accounts;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>Runs functions of the scripts that speak FTP; Python's own library is all they need.</summary>
internal static class FtpScript
{
    public static async Task RunAsync(SharedFtpServer shared, string script, string function, params string[] arguments)
    {
        Require.Tool(Python.Interpreter, "curl");
        await RunAsync(await shared.GetAsync(), script, function, arguments);
    }

    /// <summary>Runs a function of a script, which ends with an error if anything is not as it should be.</summary>
    public static async Task RunAsync(FtpServer server, string script, string function, params string[] arguments)
    {
        ClientRunner runner = AccountsServer.RunnerFor(server.Process)
            .With("FTP_PORTS", string.Join(',', server.Ports))
            .With("HPC_PID", $"{server.Process.ProcessId}")
            .With("FTP_AUTHORITY", server.Certificates.AuthorityFile);
        ClientResult result = await runner.RunAsync(Python.Interpreter, AccountsServer.Command(script, function, arguments));
        if (result.ExitCode != 0)
        {
            string[] log = server.Process.Log.Split('\n');
            IEnumerable<string> wrong = log.Where(static line => line.Contains("\"level\":\"warn", StringComparison.Ordinal) || line.Contains("\"level\":\"error", StringComparison.Ordinal));
            IEnumerable<string> reloads = log.Where(static line => line.Contains("reload", StringComparison.Ordinal) || line.Contains("certificate", StringComparison.Ordinal));
            throw new ClientFailedException(result.Everything + "\n-- server --\n" + string.Join('\n', [.. wrong.TakeLast(30), .. reloads.TakeLast(10), .. log.TakeLast(30)]));
        }
    }
}
