using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.Benchmarks.Support;

/// <summary>An SFTP client that sends prepared bytes and counts what comes back, so that what is measured is the server and the two connections.</summary>
internal sealed class RawSftpClient(IClientChannel channel)
{
    /// <summary>What OpenSSH's sftp asks for.</summary>
    public const int RequestLength = 32 * 1024;

    private const int Batch = 8;
    private const int Outstanding = 64;

    private readonly byte[] _buffer = new byte[320 * 1024];
    private ReplyCounter _replies;

    public Task StartAsync() => AskAsync(SftpRequests.Init);

    /// <summary>Opens a file and returns its handle.</summary>
    public async Task<byte[]> OpenAsync(string path, uint flags) =>
        SftpRequests.HandleIn((await AskAsync(SftpRequests.Open(path, flags)).ConfigureAwait(false)).Span);

    /// <summary>Reads the first 256 KiB of a file again and again.</summary>
    public async Task DownloadAsync(byte[] batch, long bytes)
    {
        long before = _replies.Bytes;
        await ExchangeAsync(batch, bytes / RequestLength).ConfigureAwait(false);
        if (_replies.Bytes - before < bytes)
        {
            throw new InvalidDataException("The server did not answer every READ with data.");
        }
    }

    /// <summary>Writes the first 256 KiB of a file again and again.</summary>
    public Task UploadAsync(byte[] batch, long bytes) => ExchangeAsync(batch, bytes / RequestLength);

    /// <summary>Requests of one round of <see cref="DownloadAsync"/>.</summary>
    public static byte[] DownloadBatch(byte[] handle) => SftpRequests.Reads(handle, Batch, RequestLength);

    /// <summary>Requests of one round of <see cref="UploadAsync"/>.</summary>
    public static byte[] UploadBatch(byte[] handle) => SftpRequests.Writes(handle, Batch, RequestLength);

    private async Task ExchangeAsync(byte[] batch, long requests)
    {
        long asked = _replies.Replies;
        long goal = asked + requests;
        while (_replies.Replies < goal)
        {
            while (asked < goal && asked - _replies.Replies <= Outstanding - Batch)
            {
                await channel.WriteAsync(batch, CancellationToken.None).ConfigureAwait(false);
                asked += Batch;
            }

            await ReceiveAsync().ConfigureAwait(false);
        }
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(byte[] request)
    {
        long goal = _replies.Replies + 1;
        await channel.WriteAsync(request, CancellationToken.None).ConfigureAwait(false);
        int count = await ReceiveAsync().ConfigureAwait(false);
        return _replies.Replies == goal ? _buffer.AsMemory(0, count) : throw new InvalidDataException("A short reply came in pieces.");
    }

    private async ValueTask<int> ReceiveAsync()
    {
        int count = await channel.ReadAsync(_buffer, CancellationToken.None).ConfigureAwait(false);
        if (count == 0)
        {
            throw new EndOfStreamException("The server closed the channel.");
        }

        _replies.Feed(_buffer.AsSpan(0, count));
        return count;
    }
}
