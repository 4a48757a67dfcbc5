using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Client;

/// <summary>A logged-in client connection.</summary>
internal sealed class SshClient : IAsyncDisposable
{
    private readonly SshClientConnection _connection;

    private SshClient(SshClientConnection connection, Task<ConnectionEndReason> completion)
    {
        _connection = connection;
        Completion = completion;
    }

    /// <summary>Completes when the connection is over.</summary>
    public Task<ConnectionEndReason> Completion { get; }

    /// <summary>The server's identification string.</summary>
    public string ServerVersion => _connection.PeerVersion;

    /// <summary>Logs in over an open connection. Throws <see cref="SshLoginException"/> if that does not work.</summary>
    public static async Task<SshClient> LogInAsync(IConnection connection, SshClientOptions options, BlockPool pool, ILogger logger, CancellationToken ct)
    {
        var ssh = new SshClientConnection(connection, options, pool, logger);
        Task<ConnectionEndReason> completion = ssh.RunAsync();
        try
        {
            await ssh.LoggedIn.WaitAsync(ct).ConfigureAwait(false);
        }
        catch
        {
            ssh.Disconnect();
            await completion.ConfigureAwait(false);
            throw;
        }

        return new SshClient(ssh, completion);
    }

    /// <summary>Opens a channel with a subsystem (<c>sftp</c>). Throws <see cref="IOException"/> if the server refuses it.</summary>
    public Task<IClientChannel> OpenSubsystemAsync(string name) => OpenAsync("subsystem", name);

    /// <summary>Opens a channel with a command. Throws <see cref="IOException"/> if the server refuses it.</summary>
    public Task<IClientChannel> OpenCommandAsync(string command) => OpenAsync("exec", command);

    /// <summary>Changes keys now.</summary>
    public void Rekey() => _connection.Rekey();

    public async ValueTask DisposeAsync()
    {
        _connection.Disconnect();
        await Completion.ConfigureAwait(false);
    }

    private async Task<IClientChannel> OpenAsync(string type, string argument)
    {
        ClientChannel channel = await _connection.OpenSessionAsync().ConfigureAwait(false);
        if (!await _connection.RequestAsync(channel, type, argument).ConfigureAwait(false))
        {
            await channel.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"The server refuses {type} '{argument}'.");
        }

        return channel;
    }
}
