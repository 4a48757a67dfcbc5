using System.Diagnostics;
using System.Runtime.CompilerServices;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Operations;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp;

// Operations other than READ and WRITE: one at a time, on the turn while storage answers at once, else on a worker.
internal sealed partial class SftpServer
{
    private void StartOperation(SftpMessageType type, uint id, ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        if (!SftpOperationTable.TryFind(type, ref reader, out SftpOperation? operation))
        {
            _metrics.Operation("unknown", SftpStatus.OperationUnsupported);
            ReplyStatus(id, SftpStatus.OperationUnsupported);
            return;
        }

        long startedAt = Stopwatch.GetTimestamp();
        ValueTask<SftpReply> reply = Start(operation, ref reader);
        if (reply.IsCompletedSuccessfully)
        {
            Answer(operation, id, startedAt, reply.Result);
            return;
        }

        _isBusy = true;
        _running = AnswerLaterAsync(operation, id, startedAt, reply);
    }

    private ValueTask<SftpReply> Start(SftpOperation operation, ref WireReader reader)
    {
        try
        {
            return operation.Run(this, ref reader);
        }
#pragma warning disable CA1031 // A fault in one operation is answered and logged; the session goes on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<SftpReply>(exception);
        }
    }

    private async Task AnswerLaterAsync(SftpOperation operation, uint id, long startedAt, ValueTask<SftpReply> pending)
    {
        SftpReply reply;
        try
        {
            reply = await pending.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            reply = StorageError.Cancelled;
        }
#pragma warning disable CA1031 // As above.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, operation.Name);
            reply = SftpReply.Failed("The server failed to do this; its log says why");
        }

        await LeaveTurn();
        lock (_channel.Turn)
        {
            _isBusy = false;
            try
            {
                if (_phase > SftpPhase.Open)
                {
                    Discard(reply);
                }
                else
                {
                    Answer(operation, id, startedAt, reply);
                    GoOn();
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                EndByFault(exception);
            }
        }

        _channel.Flush();
    }

    private void Answer(SftpOperation operation, uint id, long startedAt, in SftpReply reply)
    {
        Reply(id, reply);
        _metrics.Operation(operation.Name, reply.Status);
        _metrics.Duration(operation.Name, startedAt);
        if (reply.Status == SftpStatus.PermissionDenied)
        {
            SftpLog.Refused(_logger, _grant.SessionId, _grant.ConnectionId, operation.Name, reply.Status);
        }
    }

    /// <summary>After an operation on a worker, with the turn held: replies out, then what waited.</summary>
    private void GoOn()
    {
        FlushReplies();
        Meter.Touch(Environment.TickCount64);
        if (ReadCount > 0)
        {
            _channel.RequestProduce();
        }

        _channel.Resume();
        ExitIfDone();
    }

    /// <summary>
    /// A continuation that came back on the thread that holds the turn goes to another one: what follows takes the turn anew and flushes after it.
    /// The awaitable is handed out, not awaited here, since it is never complete: the caller itself yields, whatever happens meanwhile.
    /// </summary>
    private ConfiguredTaskAwaitable LeaveTurn() =>
        Task.CompletedTask.ConfigureAwait(Monitor.IsEntered(_channel.Turn) ? ConfigureAwaitOptions.ForceYielding : ConfigureAwaitOptions.None);

    /// <summary>With the turn held, on a worker: a fault in what follows an operation ends the channel, not only the task that nobody looks at.</summary>
    private void EndByFault(Exception exception)
    {
        SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, "answer");
        if (_phase <= SftpPhase.Open)
        {
            End(1);
        }
    }

    /// <summary>Gives back what an answer holds that nobody waits for any more. What it opened is closed with the rest.</summary>
    private void Discard(in SftpReply reply)
    {
        reply.Packet?.Return();
        if (reply.Opened is { } opened)
        {
            Span<byte> name = stackalloc byte[SftpHandleTable.HandleLength];
            Handles.Add(opened, name);
            _metrics.HandleOpened();
        }
    }
}
