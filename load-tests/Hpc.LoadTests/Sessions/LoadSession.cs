using Hpc.Crypto;
using Hpc.Crypto.Keys;
using Hpc.LoadTests.Server;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.LoadTests.Sessions;

/// <summary>One logged-in client with an SFTP channel.</summary>
internal sealed class LoadSession : IAsyncDisposable
{
    /// <summary>In every home, with the same content.</summary>
    public const string DownloadName = "download.bin";

    public const int DownloadLength = 64 * 1024;

    public const int UploadLength = 16 * 1024;

    private const int Outstanding = 3;

    private static readonly SshConnectionOptions Connection = new()
    {
        Algorithms = SshAlgorithms.Of(CryptoProfile.Default),
        KeepaliveInterval = TimeSpan.Zero,
    };

    private readonly SocketConnection _connection;
    private readonly SshClient _client;
    private readonly SftpClient _sftp;
    private readonly string _uploadName;
    private readonly string _home;
    private readonly int _number;

    private LoadSession(SocketConnection connection, SshClient client, SftpClient sftp, string home, int number)
    {
        _connection = connection;
        _client = client;
        _sftp = sftp;
        _home = home;
        _number = number;
        _uploadName = $"upload-{number}.bin";
    }

    /// <summary>True while the server has not ended the connection.</summary>
    public bool IsAlive => !_client.Completion.IsCompleted;

    public static async Task<LoadSession> OpenAsync(ServerUnderLoad server, string user, SshPrivateKey key, BlockPool pool, int number, CancellationToken ct)
    {
        var options = new SshClientOptions
        {
            Connection = Connection,
            UserName = user,
            Keys = [key],
            AcceptHostKey = hostKey => OpenSshPublicKey.Fingerprint(hostKey.Blob.Span) == server.HostKeyFingerprint,
        };
        SocketConnection connection = await SocketConnection.ConnectAsync(server.EndPoint, pool, ct).ConfigureAwait(false);
        SshClient? client = null;
        try
        {
            client = await SshClient.LogInAsync(connection, options, pool, NullLogger.Instance, ct).ConfigureAwait(false);
            SftpClient sftp = await SftpClient.StartAsync(await client.OpenSubsystemAsync("sftp").WaitAsync(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            return new LoadSession(connection, client, sftp, server.HomeOf(user), number);
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

    /// <summary>Downloads the common file and uploads one of its own; throws if a byte is wrong on either side.</summary>
    public async Task TransferAsync(ReadOnlyMemory<byte> expected, CancellationToken ct)
    {
        using var downloaded = new MemoryStream(DownloadLength);
        await _sftp.DownloadAsync("/" + DownloadName, downloaded, ct, Outstanding).ConfigureAwait(false);
        if (!expected.Span.SequenceEqual(downloaded.GetBuffer().AsSpan(0, (int)downloaded.Length)))
        {
            throw new LoadException($"Session {_number} downloaded something else than the file.");
        }

        byte[] content = UploadContent();
        using var source = new MemoryStream(content);
        await _sftp.UploadAsync(source, "/" + _uploadName, ct, Outstanding).ConfigureAwait(false);
        byte[] stored = await File.ReadAllBytesAsync(Path.Combine(_home, _uploadName), ct).ConfigureAwait(false);
        if (!stored.AsSpan().SequenceEqual(content))
        {
            throw new LoadException($"Session {_number} uploaded something else than what is stored.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sftp.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
        _connection.Dispose();
    }

    private byte[] UploadContent()
    {
        var content = new byte[UploadLength];
#pragma warning disable CA5394 // Test data that can be made again, no secret.
        new Random(_number).NextBytes(content);
#pragma warning restore CA5394
        return content;
    }
}
