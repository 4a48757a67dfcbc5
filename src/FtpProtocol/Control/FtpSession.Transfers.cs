using System.Diagnostics.CodeAnalysis;
using Hpc.FtpProtocol.Transfers;

namespace Hpc.FtpProtocol.Control;

internal sealed partial class FtpSession
{
    private volatile RunningTransfer? _running;

    /// <summary>What is under way, for STAT; null if nothing is.</summary>
    public (string Command, long Moved)? Transfer => _running is { } running ? (running.Command, running.Moved) : null;

    /// <summary>
    /// Ends the transfer that is under way, and what is prepared for one (ABOR); its own last reply is sent by then (RFC 959 §4.1.3). False if there was none.
    /// </summary>
    public async ValueTask<bool> AbortTransferAsync(CancellationToken ct)
    {
        if (_running is not { } running)
        {
            Data.Forget();
            return false;
        }

        running.Abort("The transfer was aborted.");
        await running.Task.ConfigureAwait(false);
        await FinishTransferAsync(ct).ConfigureAwait(false);
        return true;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "It is the session's until it has ended.")]
    private async ValueTask StartTransferAsync(string command, FtpTransfer transfer, CancellationToken ct)
    {
        var running = new RunningTransfer(command, transfer, this);

        // On a thread with time, the client hears at once that its file comes, and opens its own meanwhile.
        bool goesTogether = transfer.IsShort && Services.IsThreadShared();
        try
        {
            if (transfer.UsesData)
            {
                _channel.Hold(new FtpReply(150, transfer.Opening));
                if (!goesTogether)
                {
                    await _channel.FlushAsync(ct).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            await running.GiveUpAsync().ConfigureAwait(false);
            await running.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _running = running;
        running.Start(_ending.Token);
        if (goesTogether && !running.Task.IsCompleted)
        {
            await _channel.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    /// <summary>Sends the last reply of the transfer, which has ended.</summary>
    private async ValueTask FinishTransferAsync(CancellationToken ct)
    {
        RunningTransfer running = _running!;
        FtpReply reply = await running.Task.ConfigureAwait(false);
        _running = null;
        Grant?.Meter.Touch(Environment.TickCount64);
        CountTransfer(running, reply);
        try
        {
            await SendAsync(reply, ct).ConfigureAwait(false);
        }
        finally
        {
            await running.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void CountTransfer(RunningTransfer running, FtpReply reply)
    {
        if (!running.UsesData)
        {
            return;
        }

        string outcome = reply.Code switch { < 400 => "ok", 425 or 521 or 522 => "no_data_connection", 426 => "aborted", _ => "failed" };
        FtpMetrics.Transfers.Add(1, new KeyValuePair<string, object?>("command", running.Command), new KeyValuePair<string, object?>("outcome", outcome));
        FtpLog.TransferDone(Services.Logger, Connection.Id, running.Command, reply.Code, running.Moved);
    }
}
