using Hpc.SshProtocol.Ssh.Client;
using Hpc.Transport.Connections;

namespace Hpc.Benchmarks.Support;

/// <summary>A logged-in client and the server's end of its connection.</summary>
internal sealed class SshRigConnection(SshClient client, MemoryConnection clientEnd, Task server) : IAsyncDisposable
{
    /// <summary>Opens a channel with an SFTP server.</summary>
    public async Task<RawSftpClient> OpenSftpAsync()
    {
        var sftp = new RawSftpClient(await client.OpenSubsystemAsync("sftp").ConfigureAwait(false));
        await sftp.StartAsync().ConfigureAwait(false);
        return sftp;
    }

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync().ConfigureAwait(false);
        clientEnd.Dispose();
#pragma warning disable VSTHRD003 // The task runs on the thread pool and waits for nobody here.
        await server.ConfigureAwait(false);
#pragma warning restore VSTHRD003
    }
}
