using System.Diagnostics;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>An sftp that puts a file slowly, so that it can be caught in the middle.</summary>
internal sealed class UploadUnderWay
{
    private readonly Process _client;

    public UploadUnderWay(ClientSession session, string file, string remote, int kilobits)
    {
        _client = session.Runner.Start("sftp", ["-F", session.SshConfiguration, "-l", $"{kilobits}", "-q", "server"]);
        _client.StandardInput.WriteLine($"put {file} {remote}");
        _client.StandardInput.Flush();
    }

    /// <summary>SIGKILL to sftp and its ssh.</summary>
    public async Task KillAsync()
    {
        _client.Kill(entireProcessTree: true);
        await _client.WaitForExitAsync();
        _client.Dispose();
    }
}
