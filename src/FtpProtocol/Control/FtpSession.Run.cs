using System.Security.Authentication;
using Hpc.FtpProtocol.Commands;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Control;

// The loop. Whatever is sent to the control connection is sent by it, so that replies keep the order of their commands.
internal sealed partial class FtpSession
{
    // Commands before login that were refused; scanners go on for as long as the time to log in lasts otherwise.
    private const int MaxErrorsBeforeLogin = 50;

    private Task<LineRead>? _read;
    private LineRead? _held;
    private FtpReply? _farewell;
    private int _errorsBeforeLogin;

    /// <summary>Runs until the connection is over; never throws for what a peer does.</summary>
    public async Task<ConnectionEndReason> RunAsync()
    {
        CancellationTokenRegistration stopping = Connection.Stopping.UnsafeRegister(
            static state => ((FtpSession)state!).End(((FtpSession)state).Connection.StopReason), this);
        Connection.SetHeartbeat(OnBeat);
        ConnectionEndReason reason;
        try
        {
            reason = await ServeAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            reason = EndReason;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or AuthenticationException)
        {
            reason = _ending.IsCancellationRequested ? EndReason : ConnectionEndReason.ConnectionLost;
            FtpLog.ConnectionFailed(Services.Logger, Connection.Id, exception.Message);
        }
#pragma warning disable CA1031 // A fault of ours ends its own connection and is logged; what it holds is given back all the same.
        catch (Exception exception) when (exception is not OutOfMemoryException)
#pragma warning restore CA1031
        {
            FtpLog.ConnectionFaulted(Services.Logger, Connection.Id, exception);
            reason = ConnectionEndReason.ServerFault;
        }

        stopping.Unregister();
        await CloseAsync(reason).ConfigureAwait(false);
        return reason;
    }

    private async Task<ConnectionEndReason> ServeAsync(CancellationToken ct)
    {
        if (Options.TlsMode == FtpTlsMode.Implicit && !await TryStartTlsAsync(ct).ConfigureAwait(false))
        {
            return ConnectionEndReason.NegotiationFailed;
        }

        if (Connection.Draining.IsCancellationRequested)
        {
            return ConnectionEndReason.ServerShutdown;
        }

        await SendAsync(Greeting(), ct).ConfigureAwait(false);
        while (true)
        {
            // The end of the session ends its transfer too; what is to be said then is said there.
            ct.ThrowIfCancellationRequested();
            if (_running is { Task.IsCompleted: true })
            {
                await FinishTransferAsync(ct).ConfigureAwait(false);
            }
            else if (_running is { } running && (_held is not null || _farewell is not null))
            {
                // Nothing is read behind a command that waits: what a peer sends ahead stays in its own buffers.
                await running.Task.ConfigureAwait(false);
            }
            else if (_running is null && _farewell is { } farewell)
            {
                await SendAsync(farewell, ct).ConfigureAwait(false);
                return CloseReason;
            }
            else if (await NextLineAsync(ct).ConfigureAwait(false) is { } line && await HandleAsync(line, ct).ConfigureAwait(false) is { } end)
            {
                return end;
            }
        }
    }

    private FtpReply Greeting()
    {
        string[] lines = Options.Banner.Split('\n', StringSplitOptions.TrimEntries);
        return lines.Length == 1 ? new FtpReply(220, lines[0]) : new FtpReply(220, lines[^1]) { First = lines[0], Lines = lines[1..^1] };
    }

    /// <summary>The next line to handle; null if the transfer ended first.</summary>
    private async ValueTask<LineRead?> NextLineAsync(CancellationToken ct)
    {
        if (_running is null)
        {
            ValueTask<LineRead> next = _held is { } held ? new(held) : _read is { } begun ? new(begun) : _channel.ReadLineAsync(ct);
            _held = null;
            LineRead read = await next.ConfigureAwait(false);
            _read = null;
            return read;
        }

        _read ??= _channel.ReadLineAsync(ct).AsTask();
        if (!_read.IsCompleted)
        {
            await Task.WhenAny(_read, _running.Task).ConfigureAwait(false);
        }

        if (_running.Task.IsCompleted)
        {
            return null;
        }

        Task<LineRead> done = _read;
        _read = null;
        return await done.ConfigureAwait(false);
    }

    /// <summary>Handles a line; says why if it was the last.</summary>
    private async ValueTask<ConnectionEndReason?> HandleAsync(LineRead read, CancellationToken ct)
    {
        switch (read)
        {
            case LineRead.End when _running is { UsesData: true }:
                // Simple clients close everything when they have sent their file, which may wait to be accepted; it is theirs all the same.
                _farewell = new FtpReply(221, "Good-bye.");
                return null;
            case LineRead.End:
                return ConnectionEndReason.ClosedByPeer;
            case LineRead.Foreign:
                FtpLog.ForeignProtocol(Services.Logger, Connection.Id, "TLS");
                return ConnectionEndReason.ProtocolError;
            case LineRead.TooLong when _running is null:
                return await RefuseAsync(new FtpReply(500, "The line is too long."), ct).ConfigureAwait(false);
            case LineRead.TooLong:
                _held = read;
                return null;
            default:
                return await HandleCommandAsync(read, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<ConnectionEndReason?> HandleCommandAsync(LineRead read, CancellationToken ct)
    {
        Grant?.Meter.Touch(Environment.TickCount64);
        (string name, FtpArgument argument) = CommandName.Split(_channel.Line);
        bool isKnown = Services.Commands.TryFind(name, out CommandEntry entry);
        if (_running is not null && !(isKnown && entry.Traits.HasFlag(CommandTraits.DuringTransfer)))
        {
            _held = read;
            return null;
        }

        if (isKnown)
        {
            FtpMetrics.Commands.Add(1, new KeyValuePair<string, object?>("command", entry.Name));
            return await RunCommandAsync(entry, argument, ct).ConfigureAwait(false);
        }

        FtpMetrics.Commands.Add(1, new KeyValuePair<string, object?>("command", "other"));
        if (CommandName.IsHttp(name))
        {
            // A browser that was made to talk to this port gets nothing that it could show (ALPACA).
            FtpLog.ForeignProtocol(Services.Logger, Connection.Id, "HTTP");
            return ConnectionEndReason.ProtocolError;
        }

        if (Options.LogsCommands)
        {
            FtpLog.CommandDone(Services.Logger, Connection.Id, LogText.Printable(name, 16), "", 500);
        }

        return await RefuseAsync(
            CommandName.IsOfRfc(name) ? new FtpReply(502, "The command is not implemented.") : new FtpReply(500, "The command is not known."), ct).ConfigureAwait(false);
    }

    private async ValueTask<ConnectionEndReason?> RunCommandAsync(CommandEntry entry, FtpArgument argument, CancellationToken ct)
    {
        if (WhyRefused(entry.Traits) is { } refusal)
        {
            ForgetPrelude(entry.Traits);
            LogCommand(entry, argument, refusal.Code);
            return await RefuseAsync(refusal, ct).ConfigureAwait(false);
        }

        CommandResult result = await entry.Command.RunAsync(this, argument, ct).ConfigureAwait(false);
        ForgetPrelude(entry.Traits);
        if (result.Transfer is { } transfer)
        {
            LogCommand(entry, argument, 150);
            await StartTransferAsync(entry.Name, transfer, ct).ConfigureAwait(false);
            return null;
        }

        LogCommand(entry, argument, result.Reply.Code);
        return await AnswerAsync(result.Reply, ct).ConfigureAwait(false);
    }

    /// <summary>What REST, RANG and RNFR have said holds for one command, done or refused: a later one would begin in the middle of a file.</summary>
    private void ForgetPrelude(CommandTraits traits)
    {
        if (!traits.HasFlag(CommandTraits.KeepsPrelude))
        {
            Parameters.ForgetPrelude();
            RenameFrom = null;
        }
    }

    /// <summary>What stands against a command before it runs.</summary>
    private FtpReply? WhyRefused(CommandTraits traits)
    {
        if (IsTlsMissing && !traits.HasFlag(CommandTraits.BeforeTls))
        {
            return TlsNeeded;
        }

        if (traits.HasFlag(CommandTraits.NeedsTls) && !IsTls)
        {
            return new FtpReply(503, "AUTH TLS comes first.");
        }

        if (traits.HasFlag(CommandTraits.NeedsLogin) && !IsLoggedIn)
        {
            return new FtpReply(530, "Please log in with USER and PASS.");
        }

        if ((traits & (CommandTraits.Mutates | CommandTraits.UsesData)) != 0 && Connection.Draining.IsCancellationRequested)
        {
            CloseReason = ConnectionEndReason.ServerShutdown;
            return new FtpReply(421, "The server is shutting down.") { Closes = true };
        }

        return traits.HasFlag(CommandTraits.UsesData) ? WhyNoData() : null;
    }

    private FtpReply? WhyNoData() =>
        RequiresProtectedData && !Data.IsProtected ? new FtpReply(521, "Data connections must be protected: send PBSZ 0 and PROT P.")
        : !Data.IsPrepared ? new FtpReply(425, "Use EPSV or PASV first.")
        : null;

    /// <summary>Sends a refusal. Before login there is an end to them.</summary>
    private ValueTask<ConnectionEndReason?> RefuseAsync(FtpReply reply, CancellationToken ct)
    {
        if (!IsLoggedIn && !reply.Closes && ++_errorsBeforeLogin >= MaxErrorsBeforeLogin)
        {
            CloseReason = ConnectionEndReason.ResourceLimit;
            reply = new FtpReply(421, "Too many errors.") { Closes = true };
        }

        return AnswerAsync(reply, ct);
    }

    private async ValueTask<ConnectionEndReason?> AnswerAsync(FtpReply reply, CancellationToken ct)
    {
        if (reply.Closes && _running is not null)
        {
            _farewell = reply;
            return null;
        }

        await SendAsync(reply, ct).ConfigureAwait(false);
        ReplyAftermath aftermath = Aftermath;
        Aftermath = ReplyAftermath.None;
        if (reply.Closes)
        {
            return CloseReason;
        }

        bool goesOn = aftermath switch
        {
            ReplyAftermath.StartTls => await TryStartTlsAsync(ct).ConfigureAwait(false),
            ReplyAftermath.StopTls => await TryStopTlsAsync(ct).ConfigureAwait(false),
            _ => true,
        };
        return goesOn ? null : ConnectionEndReason.NegotiationFailed;
    }

    private ValueTask SendAsync(FtpReply reply, CancellationToken ct) => _channel.SendAsync(reply, ct);

    private void LogCommand(CommandEntry entry, FtpArgument argument, int code)
    {
        if (Options.LogsCommands)
        {
            string shown = argument.IsEmpty ? "" : entry.Traits.HasFlag(CommandTraits.Secret) ? "****" : LogText.Printable(argument.Bytes.Span, 1024);
            FtpLog.CommandDone(Services.Logger, Connection.Id, entry.Name, shown, code);
        }
    }
}
