using System.Net;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.LoadTests.Sessions;

/// <summary>One logged-in client, with an SFTP channel if that is wanted.</summary>
internal sealed class LoadSession : IAsyncDisposable
{
    private readonly SocketConnection _connection;
    private readonly SshClient _client;
    private readonly SftpClient? _sftp;

    private LoadSession(SocketConnection connection, SshClient client, SftpClient? sftp)
    {
        _connection = connection;
        _client = client;
        _sftp = sftp;
    }

    /// <summary>False once the connection is over.</summary>
    public bool IsAlive => !_client.Completion.IsCompleted;

    /// <summary>Completes when the connection is over.</summary>
    public Task<ConnectionEndReason> Completion => _client.Completion;

    public string ServerVersion => _client.ServerVersion;

    public SftpClient Sftp => _sftp ?? throw new InvalidOperationException("The session has no SFTP channel.");

    public static async Task<LoadSession> OpenAsync(EndPoint endPoint, SshClientOptions options, BlockPool pool, bool opensSftp, CancellationToken ct)
    {
        SocketConnection connection = await SocketConnection.ConnectAsync(endPoint, pool, ct).ConfigureAwait(false);
        SshClient? client = null;
        try
        {
            client = await SshClient.LogInAsync(connection, options, pool, NullLogger.Instance, ct).ConfigureAwait(false);
            SftpClient? sftp = opensSftp
                ? await SftpClient.StartAsync(await client.OpenSubsystemAsync("sftp").WaitAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false)
                : null;
            return new LoadSession(connection, client, sftp);
        }
        catch
        {
            if (client is not null)
            {
                await client.DisposeAsync().ConfigureAwait(false);
            }

            connection.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_sftp is not null)
        {
            await _sftp.DisposeAsync().ConfigureAwait(false);
        }

        await _client.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }
}
