using System.Diagnostics;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.LoadTests.Sessions;

/// <summary>Uploads of the pattern, and downloads that are compared with it.</summary>
internal sealed class FileTransfer(ContentPattern pattern, TransferOptions options, LoadRecorder? recorder)
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(10);

    // A timer takes no more than 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Downloads a file that must have exactly this content.</summary>
    public async Task DownloadAsync(SftpClient sftp, string path, uint content, long length, CancellationToken ct)
    {
        SftpRemoteFile file = await sftp.OpenAsync(path, OpenFlags.Read, null, ct).ConfigureAwait(false);
        var requests = new Queue<Task<SftpPacket>>(Math.Min(options.Depth, 64));
        long started = Stopwatch.GetTimestamp();
        long asked = 0;
        long taken = 0;
        try
        {
            // The request behind the last byte says that the file is not longer than it should be.
            while (taken <= length)
            {
                while (requests.Count < options.Depth && asked <= length)
                {
                    int wanted = WantedAt(asked, length);
                    requests.Enqueue(await file.SendReadAsync(asked, wanted, ct).ConfigureAwait(false));
                    asked += wanted;
                }

                int expected = WantedAt(taken, length);
                if (taken == length)
                {
                    await TakeEndAsync(requests.Dequeue(), ct).ConfigureAwait(false);
                    break;
                }

                int got = await TakeAsync(requests.Dequeue(), path, content, taken, expected, ct).ConfigureAwait(false);
                while (got < expected)
                {
                    Task<SftpPacket> rest = await file.SendReadAsync(taken + got, expected - got, ct).ConfigureAwait(false);
                    got += await TakeAsync(rest, path, content, taken + got, expected - got, ct).ConfigureAwait(false);
                }

                taken += got;
                recorder?.Moved(LoadOperation.Download, got);
                await PaceAsync(started, taken, options.ReadRate, ct).ConfigureAwait(false);
            }
        }
        catch
        {
            await AbandonAsync(requests, file).ConfigureAwait(false);
            throw;
        }

        await file.CloseAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Makes a file anew with this content.</summary>
    public async Task UploadAsync(SftpClient sftp, string path, uint content, long length, CancellationToken ct)
    {
        SftpRemoteFile file = await sftp.OpenAsync(path, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, ct).ConfigureAwait(false);
        var requests = new Queue<Task<SftpPacket>>(Math.Min(options.Depth, 64));
        long started = Stopwatch.GetTimestamp();
        long sent = 0;
        try
        {
            while (sent < length)
            {
                if (requests.Count == options.Depth)
                {
                    await TakeOkAsync(requests.Dequeue(), ct).ConfigureAwait(false);
                }

                int count = (int)Math.Min(options.WriteChunk, length - sent);
                requests.Enqueue(await file.SendWriteAsync(sent, pattern.Piece(content, sent, count), ct).ConfigureAwait(false));
                sent += count;
                recorder?.Moved(LoadOperation.Upload, count);
                await PaceAsync(started, sent, options.WriteRate, ct).ConfigureAwait(false);
            }

            while (requests.TryDequeue(out Task<SftpPacket>? request))
            {
                await TakeOkAsync(request, ct).ConfigureAwait(false);
            }
        }
        catch
        {
            await AbandonAsync(requests, file).ConfigureAwait(false);
            throw;
        }

        await file.CloseAsync(ct).ConfigureAwait(false);
    }

    private int WantedAt(long offset, long length) => offset == length ? 1 : (int)Math.Min(options.ReadChunk, length - offset);

    private async Task<int> TakeAsync(Task<SftpPacket> request, string path, uint content, long offset, int most, CancellationToken ct)
    {
        using SftpPacket packet = await request.WaitAsync(ct).ConfigureAwait(false);
        return Compare(packet, path, pattern.Piece(content, offset, most).Span, offset);
    }

    private static int Compare(SftpPacket packet, string path, ReadOnlySpan<byte> expected, long offset)
    {
        if (packet.Type != SftpMessageType.Data)
        {
            SftpClientException exception = SftpClient.ToException(packet);
            throw exception.Status == SftpStatus.EndOfFile ? new WrongContentException($"{path} ends at {offset}, before its end.") : exception;
        }

        var reader = new WireReader(packet.Body.Span);
        if (!reader.TryReadString(out ReadOnlySpan<byte> data) || data.IsEmpty || data.Length > expected.Length)
        {
            throw new InvalidDataException("The server sent a malformed answer to READ.");
        }

        if (!data.SequenceEqual(expected[..data.Length]))
        {
            throw new WrongContentException($"{path} has other bytes at {offset + data.CommonPrefixLength(expected)} than were written.");
        }

        return data.Length;
    }

    private static async Task TakeEndAsync(Task<SftpPacket> request, CancellationToken ct)
    {
        using SftpPacket packet = await request.WaitAsync(ct).ConfigureAwait(false);
        if (packet.Type == SftpMessageType.Data)
        {
            throw new WrongContentException("The file is longer than what was written.");
        }

        SftpClientException exception = SftpClient.ToException(packet);
        if (exception.Status != SftpStatus.EndOfFile)
        {
            throw exception;
        }
    }

    private static async Task TakeOkAsync(Task<SftpPacket> request, CancellationToken ct)
    {
        using SftpPacket packet = await request.WaitAsync(ct).ConfigureAwait(false);
        SftpClient.ThrowUnlessOk(packet);
    }

    private static async ValueTask PaceAsync(long started, long bytes, double rate, CancellationToken ct)
    {
        if (rate == 0)
        {
            return;
        }

        TimeSpan due = TimeSpan.FromSeconds(bytes / rate);
        for (TimeSpan early = due - Stopwatch.GetElapsedTime(started); early > TimeSpan.FromMilliseconds(1); early = due - Stopwatch.GetElapsedTime(started))
        {
            await Task.Delay(early < LongestDelay ? early : LongestDelay, ct).ConfigureAwait(false);
        }
    }

    /// <summary>After a failure: gives back what the outstanding replies hold, and tries to close the file, for a short time.</summary>
    private static async Task AbandonAsync(Queue<Task<SftpPacket>> requests, SftpRemoteFile file)
    {
        using var limit = new CancellationTokenSource(CloseTime);
        try
        {
            await file.CloseAsync(limit.Token).ConfigureAwait(false);
            while (requests.TryDequeue(out Task<SftpPacket>? request))
            {
                (await request.WaitAsync(limit.Token).ConfigureAwait(false)).Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The session is over or stuck; the failure that led here says so.
            return;
        }
    }
}
