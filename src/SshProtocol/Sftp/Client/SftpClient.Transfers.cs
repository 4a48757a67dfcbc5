using System.Buffers;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Client;

internal sealed partial class SftpClient
{
    /// <summary>What OpenSSH's sftp uses.</summary>
    public const int DefaultRequestLength = 32 * 1024;

    /// <summary>What OpenSSH's sftp uses.</summary>
    public const int DefaultOutstanding = 64;

    /// <summary>Reads a whole file into a stream, with several requests on their way. Returns the number of bytes.</summary>
    public async Task<long> DownloadAsync(
        string path, Stream target, CancellationToken ct, int outstanding = DefaultOutstanding, int requestLength = DefaultRequestLength)
    {
        SftpRemoteFile file = await OpenAsync(path, OpenFlags.Read, null, ct).ConfigureAwait(false);
        var requests = new Queue<Task<SftpPacket>>(outstanding);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(requestLength);
        long asked = 0;
        long received = 0;
        bool isAtEnd = false;
        try
        {
            while (!isAtEnd)
            {
                while (requests.Count < outstanding)
                {
                    requests.Enqueue(await file.SendReadAsync(asked, requestLength, ct).ConfigureAwait(false));
                    asked += requestLength;
                }

                int got = await TakeDataAsync(requests.Dequeue(), buffer.AsMemory(0, requestLength), ct).ConfigureAwait(false);
                while (got is > 0 && got < requestLength)
                {
                    // Short: the end of the file, or a server that answers in part.
                    int more = await file.ReadAsync(received + got, buffer.AsMemory(got, requestLength - got), ct).ConfigureAwait(false);
                    isAtEnd = more == 0;
                    got += more;
                    if (isAtEnd)
                    {
                        break;
                    }
                }

                isAtEnd |= got == 0;
                await target.WriteAsync(buffer.AsMemory(0, got), ct).ConfigureAwait(false);
                received += got;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await DiscardAsync(requests).ConfigureAwait(false);
        }

        await file.CloseAsync(ct).ConfigureAwait(false);
        return received;
    }

    /// <summary>Writes a stream to a file that is made anew, with several requests on their way. Returns the number of bytes.</summary>
    public async Task<long> UploadAsync(
        Stream source, string path, CancellationToken ct, int outstanding = DefaultOutstanding, int requestLength = DefaultRequestLength)
    {
        SftpRemoteFile file = await OpenAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, ct).ConfigureAwait(false);
        var requests = new Queue<Task<SftpPacket>>(outstanding);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(requestLength);
        long sent = 0;
        try
        {
            while (true)
            {
                int read = await source.ReadAtLeastAsync(buffer.AsMemory(0, requestLength), requestLength, throwOnEndOfStream: false, ct).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                if (requests.Count == outstanding)
                {
                    await TakeOkAsync(requests.Dequeue(), ct).ConfigureAwait(false);
                }

                requests.Enqueue(await file.SendWriteAsync(sent, buffer.AsMemory(0, read), ct).ConfigureAwait(false));
                sent += read;
            }

            while (requests.TryDequeue(out Task<SftpPacket>? request))
            {
                await TakeOkAsync(request, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await DiscardAsync(requests).ConfigureAwait(false);
        }

        await file.CloseAsync(ct).ConfigureAwait(false);
        return sent;
    }

    private static async Task<int> TakeDataAsync(Task<SftpPacket> request, Memory<byte> buffer, CancellationToken ct)
    {
        using SftpPacket packet = await request.WaitAsync(ct).ConfigureAwait(false);
        return SftpRemoteFile.CopyData(packet, buffer.Span);
    }

    private static async Task TakeOkAsync(Task<SftpPacket> request, CancellationToken ct)
    {
        using SftpPacket packet = await request.WaitAsync(ct).ConfigureAwait(false);
        ThrowUnlessOk(packet);
    }

    /// <summary>Waits for replies that nobody wants any more, so that their memory goes back. A session that is over has no replies.</summary>
    private static async Task DiscardAsync(Queue<Task<SftpPacket>> requests)
    {
        while (requests.TryDequeue(out Task<SftpPacket>? request))
        {
            await ((Task)request).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (request.IsCompletedSuccessfully)
            {
                (await request.ConfigureAwait(false)).Dispose();
            }
        }
    }
}
