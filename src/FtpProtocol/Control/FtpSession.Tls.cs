using System.Security.Authentication;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Control;

internal sealed partial class FtpSession
{
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    // What a client may take to answer the end of TLS.
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(5);

    private static FtpReply TlsNeeded => new(530, "Sessions must use encryption: send AUTH TLS first.");

    /// <summary>True if nothing but what leads to TLS may be asked for yet.</summary>
    private bool IsTlsMissing => Options.TlsMode is FtpTlsMode.Control or FtpTlsMode.ControlAndData && !IsTls && !IsCleared;

    /// <summary>True if the peer has sent anything behind the command that is being handled.</summary>
    public bool HasUnread => _channel.HasUnread();

    /// <summary>False if it failed: nothing in the clear can follow, so the connection ends.</summary>
    private async ValueTask<bool> TryStartTlsAsync(CancellationToken ct)
    {
        // Who the peer has said it is in the clear counts for nothing.
        ForgetLogin();
        Data.Reset();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(HandshakeTime);
        try
        {
            _tls = Services.Tls!.NewSession(Options.RequiresTlsReuse);
            await _channel.StartTlsAsync(_tls, time.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            FtpMetrics.Handshakes.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
            FtpLog.TlsFailed(Services.Logger, Connection.Id, LogText.Printable(exception.Message, 200));
            return false;
        }

        FtpMetrics.Handshakes.Add(1, new KeyValuePair<string, object?>("outcome", "ok"));
        FtpLog.TlsStarted(Services.Logger, Connection.Id, _channel.Tls!.Description);
        IsBufferSizeSet = Data.IsProtected = Options.TlsMode == FtpTlsMode.Implicit;
        return true;
    }

    private async ValueTask<bool> TryStopTlsAsync(CancellationToken ct)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(ct);
        time.CancelAfter(ShutdownTime);
        try
        {
            await _channel.StopTlsAsync(time.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException || (exception is OperationCanceledException && !ct.IsCancellationRequested))
        {
            FtpLog.TlsFailed(Services.Logger, Connection.Id, LogText.Printable(exception.Message, 200));
            return false;
        }

        IsCleared = true;
        return true;
    }
}
