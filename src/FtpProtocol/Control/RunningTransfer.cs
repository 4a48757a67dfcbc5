using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Data;
using Hpc.FtpProtocol.Transfers;
using Hpc.Transport.Data;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Control;

/// <summary>A transfer from its 150 to its last reply, beside the session's loop. It owns the transfer, and the data connection once there is one.</summary>
internal sealed class RunningTransfer(string command, FtpTransfer transfer, FtpSession session) : IAsyncDisposable
{
#pragma warning disable CA2213 // It has neither timer nor handle, and the heartbeat may still ask for the end when that has come.
    private readonly CancellationTokenSource _cancel = new();
#pragma warning restore CA2213
    private CancellationTokenRegistration _sessionEnd;
    private volatile DataConnection? _data;
    private volatile string? _abortText;

    // Of the heartbeat alone.
    private long _progress = -1;
    private long _progressTicks;

    /// <summary>The name of its command.</summary>
    public string Command => command;

    /// <summary>The last reply; everything is given back by then but the data connection of a transfer that is complete. It never fails.</summary>
    public Task<FtpReply> Task { get; private set; } = System.Threading.Tasks.Task.FromResult(new FtpReply(426, "The transfer was not begun."));

    /// <summary>False for work without a data connection.</summary>
    public bool UsesData => transfer.UsesData;

    /// <summary>Bytes moved so far.</summary>
    public long Moved => transfer.Moved;

    /// <summary>Begins. Called once, or <see cref="GiveUpAsync"/> is.</summary>
    public void Start(CancellationToken sessionEnd)
    {
        _sessionEnd = sessionEnd.UnsafeRegister(static state => ((RunningTransfer)state!).Abort("The session ends."), this);
        Task = RunAsync();
    }

    /// <summary>Gives the transfer back that was never begun.</summary>
    public ValueTask GiveUpAsync() => transfer.DisposeAsync();

    /// <summary>Ends it soon, whatever it waits for; what was complete by then stays complete. From any thread, more than once.</summary>
    public void Abort(string text)
    {
        _abortText ??= text;

        // Whatever is behind the token goes on somewhere else than here: this may be a timer, or an actor.
        _ = _cancel.CancelAsync();
    }

    /// <summary>Keeps the session from being idle while something moves; ends it if nothing does for too long, though neither storage nor a limit holds it up.</summary>
    public void Beat(long now)
    {
        DataConnection? data = _data;
        if (data is null && transfer.UsesData)
        {
            return;
        }

        SessionMeter? meter = session.Grant?.Meter;
        long progress = transfer.Moved + (data is null ? 0 : data.Moved + data.Progress);
        if (progress != _progress || transfer.IsHeldUp || meter?.IsWaiting == true)
        {
            _progress = progress;
            _progressTicks = now;
            meter?.Touch(Environment.TickCount64);
        }
        else if (now - _progressTicks >= session.Options.Data.StallTimeout.TotalMilliseconds)
        {
            Abort("The data connection stood still for too long.");
        }
    }

    /// <summary>Closes the data connection. All that was to be moved has been, so its client is told before.</summary>
    public async ValueTask DisposeAsync()
    {
        _sessionEnd.Unregister();
        if (_data is { } data)
        {
            await ReleaseAsync(data).ConfigureAwait(false);
        }
    }

    private async Task<FtpReply> RunAsync()
    {
        FtpReply reply;
        try
        {
            reply = await MoveAsync(_cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            reply = new FtpReply(426, "The transfer was aborted.");
        }
#pragma warning disable CA1031 // A fault of ours ends its transfer and is logged.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            FtpLog.TransferFaulted(session.Services.Logger, session.Connection.Id, command, exception);
            reply = new FtpReply(451, "The transfer failed on the server.");
        }

        bool isComplete = reply.Code / 100 == 2;
        if (!isComplete && _data is { } data)
        {
            // What the client has got is not whole: it sees a reset, and no end in order.
            data.Abort();
            await ReleaseAsync(data).ConfigureAwait(false);
        }

        await ReleaseAsync(transfer).ConfigureAwait(false);
        return !isComplete && _abortText is { } text ? new FtpReply(426, text) : reply;
    }

    private async ValueTask<FtpReply> MoveAsync(CancellationToken ct)
    {
        if (!transfer.UsesData)
        {
            return await transfer.RunAsync(null!, ct).ConfigureAwait(false);
        }

        (DataConnection? data, FtpReply refusal) = await session.Data.OpenAsync(ct).ConfigureAwait(false);
        if (data is null)
        {
            return refusal;
        }

        data = DeflatedData.Wrap(data, session.Parameters, session.Services.Pool);
        _data = data;
        return await transfer.RunAsync(data, ct).ConfigureAwait(false);
    }

    private async ValueTask ReleaseAsync(IAsyncDisposable held)
    {
        try
        {
            await held.DisposeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The other one is given back all the same.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            FtpLog.TransferFaulted(session.Services.Logger, session.Connection.Id, command, exception);
        }
    }
}
