using System.Security.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Control;

// The ways to the end, and what is given back there.
internal sealed partial class FtpSession
{
    private const int NotEnding = -1;

    // What a peer may take to hear why it is sent away.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(3);

    // As long as before the first login.
    private static readonly TimeSpan LoginTimeAfterLogout = TimeSpan.FromMinutes(2);

    // It has neither timer nor handle, and its token is asked for after the end too.
    private readonly CancellationTokenSource _ending = new();
    private int _endReason = NotEnding;
    private long _loggedOutTicks;

    private ConnectionEndReason EndReason => Volatile.Read(ref _endReason) is var reason and not NotEnding ? (ConnectionEndReason)reason : ConnectionEndReason.ServerShutdown;

    /// <summary>Lets the loop say good-bye and return. From any thread; the first reason counts.</summary>
    private void End(ConnectionEndReason reason)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)reason, NotEnding) == NotEnding)
        {
            // What waits for it goes on elsewhere: this may be a timer, or an actor.
            _ = _ending.CancelAsync();
        }
    }

    private void OnBeat(long now)
    {
        _running?.Beat(now);
        long since = Volatile.Read(ref _loggedOutTicks);
        if (since != 0 && now - since >= LoginTimeAfterLogout.TotalMilliseconds)
        {
            End(ConnectionEndReason.LoginGraceTimeout);
        }
    }

    private async ValueTask CloseAsync(ConnectionEndReason reason)
    {
        // Nobody waits for what is under way any more; it ends now.
        End(reason);
        FtpReply? complete = null;
        if (_running is { } running)
        {
            FtpReply reply = await running.Task.ConfigureAwait(false);
            CountTransfer(running, reply);
            await running.DisposeAsync().ConfigureAwait(false);
            _running = null;
            complete = reply.Code / 100 == 2 ? reply : null;
        }

        Data.Dispose();
        LeaveSession(ToSessionEnd(reason));
        await SayGoodByeAsync(reason, complete).ConfigureAwait(false);
        await ReleaseChannelAsync().ConfigureAwait(false);
    }

    /// <param name="reason">Why.</param>
    /// <param name="complete">Of a transfer that was complete before the end: its client must not take it for broken off.</param>
    private async ValueTask SayGoodByeAsync(ConnectionEndReason reason, FtpReply? complete)
    {
        using var time = new CancellationTokenSource(FarewellTime, Services.Time);
        try
        {
            if (_read is { } read)
            {
                // It was cancelled with the session.
                await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (complete is { } reply)
            {
                await SendAsync(reply, time.Token).ConfigureAwait(false);
            }

            if (FarewellOf(reason) is { } text)
            {
                await SendAsync(new FtpReply(421, text), time.Token).ConfigureAwait(false);
            }

            if (reason != ConnectionEndReason.ConnectionLost)
            {
                await _channel.EndAsync(time.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or AuthenticationException)
        {
            FtpLog.ConnectionFailed(Services.Logger, Connection.Id, exception.Message);
            Connection.Abort(reason);
        }
    }

    private async ValueTask ReleaseChannelAsync()
    {
        try
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            FtpLog.ConnectionFailed(Services.Logger, Connection.Id, exception.Message);
        }

        _tls?.Dispose();
    }

    /// <summary>What an end that is not the peer's own is told with; null where nothing is told.</summary>
    private static string? FarewellOf(ConnectionEndReason reason) => reason switch
    {
        ConnectionEndReason.IdleTimeout => "Nothing happened for too long.",
        ConnectionEndReason.LoginGraceTimeout => "Logging in took too long.",
        ConnectionEndReason.ServerShutdown => "The server is shutting down.",
        ConnectionEndReason.MaxDuration => "The session has lasted as long as it may.",
        ConnectionEndReason.Kicked or ConnectionEndReason.Banned => "The session was ended by the server.",
        ConnectionEndReason.ServerFault => "The server has a fault.",
        _ => null,
    };

    private static SessionEndReason ToSessionEnd(ConnectionEndReason reason) => reason switch
    {
        ConnectionEndReason.ClosedByPeer => SessionEndReason.ClosedByPeer,
        ConnectionEndReason.ConnectionLost => SessionEndReason.ConnectionLost,
        ConnectionEndReason.Kicked or ConnectionEndReason.Banned => SessionEndReason.Kicked,
        ConnectionEndReason.IdleTimeout => SessionEndReason.IdleTimeout,
        ConnectionEndReason.MaxDuration => SessionEndReason.MaxDuration,
        ConnectionEndReason.ServerShutdown => SessionEndReason.Drained,
        ConnectionEndReason.ServerFault => SessionEndReason.ServerFault,
        _ => SessionEndReason.ProtocolError,
    };

    private static ConnectionEndReason ToConnectionEnd(SessionEndReason reason) => reason switch
    {
        SessionEndReason.Kicked or SessionEndReason.AccountChanged => ConnectionEndReason.Kicked,
        SessionEndReason.IdleTimeout => ConnectionEndReason.IdleTimeout,
        SessionEndReason.MaxDuration => ConnectionEndReason.MaxDuration,
        SessionEndReason.Drained => ConnectionEndReason.ServerShutdown,
        _ => ConnectionEndReason.ServerFault,
    };
}
