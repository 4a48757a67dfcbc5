using System.Security.Cryptography;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Transport.Connections;

namespace Hpc.FtpProtocol.Control;

// Who it is. Whatever goes wrong on the way is a refusal.
internal sealed partial class FtpSession
{
    private const int MaxPasswordBytes = 1024;

    // USER costs a look-up or two, and no try.
    private const int MaxUserCommands = 100;

    private string? _pendingUser;
    private IReadOnlyList<LoginMethod> _completed = [];
    private CancellationTokenRegistration _grantEnded;
    private bool _userRequiresTls;
    private bool _wasLoggedIn;
    private int _failures;
    private int _userCommands;

    private static FtpReply LoginRefused => new(530, "The login is not correct.");

    /// <summary>USER: the name is taken down; a certificate of the TLS handshake may be all that it takes.</summary>
    public async ValueTask<FtpReply> BeginLoginAsync(FtpArgument argument, CancellationToken ct)
    {
        ForgetLogin();
        if (++_userCommands > MaxUserCommands)
        {
            CloseReason = ConnectionEndReason.ResourceLimit;
            return new FtpReply(421, "Too many tries.") { Closes = true };
        }

        string userName = LoginName.Decode(argument.Bytes.Span);
        if (!IsTls && await AskPolicyAsync(userName, ct).ConfigureAwait(false))
        {
            FtpLog.LoginRefused(
                Services.Logger, "connection_failed", Connection.RemoteEndPoint.Address, LogText.Printable(userName, 255), "no_auth_tried", "FTP", Connection.Id, "the user must use TLS");
            return TlsNeeded;
        }

        _pendingUser = userName;
        if (!ClientCertificate.IsEmpty)
        {
            LoginAttempt attempt = NewAttempt(userName, LoginMethod.TlsCertificate);
            LoginOutcome outcome = await AskAuthenticatorAsync(attempt, ct).ConfigureAwait(false);
            switch (outcome.Verdict)
            {
                case LoginVerdict.Accepted:
                    return await EnterAsync(attempt, outcome, 232, ct).ConfigureAwait(false);
                case LoginVerdict.Partial:
                    CountLogin(attempt.Method, "partial");
                    _completed = [LoginMethod.TlsCertificate];
                    break;
                default:
                    // Where a certificate is only the way to be let in here at all, the password decides.
                    FtpLog.CertificateRefused(Services.Logger, Connection.Id, LogText.Printable(userName, 255), outcome.Reason ?? "refused");
                    break;
            }
        }

        return new FtpReply(331, "The password, please.");
    }

    /// <summary>PASS: behind a USER, once.</summary>
    public async ValueTask<FtpReply> FinishLoginAsync(FtpArgument argument, CancellationToken ct)
    {
        if (_pendingUser is not { } userName)
        {
            return new FtpReply(503, "USER comes first.");
        }

        Connection.NoteLoginTried();

        // Nobody's password is that long: judged like a wrong one, so that it takes as long, and never accepted.
        bool isVoid = argument.Bytes.Length > MaxPasswordBytes;
        byte[] password = isVoid ? [] : argument.Bytes.ToArray();
        _channel.ForgetLine();
        LoginAttempt attempt = NewAttempt(userName, LoginMethod.Password) with { Password = password, Completed = _completed };
        LoginOutcome outcome;
        try
        {
            outcome = await AskAuthenticatorAsync(attempt, ct).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }

        ForgetLogin();
        return outcome is { Verdict: LoginVerdict.Accepted, User: not null, IsLimited: false } && !isVoid
            ? await EnterAsync(attempt, outcome, 230, ct).ConfigureAwait(false)
            : Refuse(attempt, isVoid ? "the password is too long" : outcome.Reason ?? "refused");
    }

    /// <summary>REIN: as before USER.</summary>
    public void LogOut()
    {
        ForgetLogin();
        Data.Reset();
        Parameters.Reset();
        ResetChoices();
        RenameFrom = null;
        Directory = default;
        LeaveSession(SessionEndReason.ClosedByPeer);
        Volatile.Write(ref _loggedOutTicks, _wasLoggedIn ? Environment.TickCount64 : 0);
    }

    private void ForgetLogin()
    {
        _pendingUser = null;
        _completed = [];
    }

    private void LeaveSession(SessionEndReason reason)
    {
        _grantEnded.Unregister();
        Grant?.Close(reason);
        Grant = null;
        LastParent = null;
        UserName = "";
        _userRequiresTls = false;
    }

    private LoginAttempt NewAttempt(string userName, LoginMethod method) => new()
    {
        UserName = userName,
        RemoteAddress = Connection.RemoteEndPoint.Address,
        Protocol = "FTP",
        Method = method,
        TlsCertificate = ClientCertificate,
    };

    private async ValueTask<bool> AskPolicyAsync(string userName, CancellationToken ct)
    {
        try
        {
            return await Services.Policy.RequiresTlsAsync(userName, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            FtpLog.PolicyFaulted(Services.Logger, Connection.Id, exception);
            return true;
        }
    }

    private async ValueTask<LoginOutcome> AskAuthenticatorAsync(LoginAttempt attempt, CancellationToken ct)
    {
        LoginOutcome outcome;
        try
        {
            outcome = await Services.Authenticator.AuthenticateAsync(attempt, ct).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            FtpLog.AuthenticatorFaulted(Services.Logger, Connection.Id, exception);
            return LoginOutcome.Refused("internal error");
        }

        // Nobody waits for an answer that comes too late.
        ct.ThrowIfCancellationRequested();
        return outcome;
    }

    private async ValueTask<FtpReply> EnterAsync(LoginAttempt attempt, LoginOutcome outcome, int code, CancellationToken ct)
    {
        bool requiresTls = outcome.User!.Logins.IsTlsRequired;
        if (outcome.IsLimited || (requiresTls && !IsTls))
        {
            return Refuse(attempt, outcome.IsLimited ? "the account must be set up first" : "the user must use TLS");
        }

        Connection.NoteLoginTried();
        (SessionGrant? grant, SessionObstacle? obstacle) = await AskGateAsync(attempt, outcome, ct).ConfigureAwait(false);
        if (grant is null)
        {
            CountLogin(attempt.Method, "no_session");
            return NoSession(obstacle);
        }

        Grant = grant;
        UserName = attempt.UserName;
        Directory = grant.StartDirectory;
        _userRequiresTls = requiresTls;
        Volatile.Write(ref _loggedOutTicks, 0);
        if (!_wasLoggedIn)
        {
            _wasLoggedIn = true;
            Connection.OnLoggedIn();
        }

        ForgetLogin();
        CountLogin(attempt.Method, "ok");
        FtpLog.LoggedIn(
            Services.Logger, "login", attempt.RemoteAddress, LogText.Printable(attempt.UserName, 255), NameOf(attempt), "FTP", Connection.Id, ClientName, _channel.Tls?.Description ?? "clear");
        _grantEnded = grant.Ended.UnsafeRegister(
            static state => ((FtpSession)state!).End(ToConnectionEnd(((FtpSession)state).Grant?.EndReason ?? SessionEndReason.ServerFault)), this);
        return new FtpReply(code, "Logged in.");
    }

    private async ValueTask<(SessionGrant? Grant, SessionObstacle? Obstacle)> AskGateAsync(LoginAttempt attempt, LoginOutcome outcome, CancellationToken ct)
    {
        SessionObstacle? obstacle = null;
        var request = new SessionRequest
        {
            User = outcome.User!,
            Protocol = "FTP",
            Remote = Connection.RemoteEndPoint,
            Local = Connection.LocalEndPoint,
            ClientVersion = ClientName,
            Method = attempt.Method,
            ConnectionId = Connection.Id,
            Refused = reason => obstacle = reason,
        };
        try
        {
            return (await Services.Gate.OpenAsync(request, ct).ConfigureAwait(false), obstacle);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException))
        {
            FtpLog.GateFaulted(Services.Logger, Connection.Id, exception);
            return (null, SessionObstacle.ServerUnavailable);
        }
    }

    private FtpReply NoSession(SessionObstacle? obstacle)
    {
        if (obstacle == SessionObstacle.AccountChanged)
        {
            return LoginRefused;
        }

        CloseReason = ConnectionEndReason.SessionRefused;
        return new FtpReply(421, obstacle switch
        {
            SessionObstacle.FilesUnavailable => "The files cannot be reached now; try again later.",
            SessionObstacle.ServerUnavailable => "The server is busy; try again later.",
            _ => "Too many sessions are open; try again later.",
        }) { Closes = true };
    }

    private FtpReply Refuse(LoginAttempt attempt, string reason)
    {
        CountLogin(attempt.Method, "refused");
        FtpLog.LoginRefused(
            Services.Logger, "connection_failed", attempt.RemoteAddress, LogText.Printable(attempt.UserName, 255), NameOf(attempt), "FTP", Connection.Id, reason);
        if (Options.MaxAuthTries == 0 || ++_failures < Options.MaxAuthTries)
        {
            return LoginRefused;
        }

        CloseReason = ConnectionEndReason.AuthenticationFailed;
        return new FtpReply(421, "Too many tries.") { Closes = true };
    }

    private static void CountLogin(LoginMethod method, string outcome) => FtpMetrics.Logins.Add(
        1, new KeyValuePair<string, object?>("method", MethodName(method)), new KeyValuePair<string, object?>("outcome", outcome));

    private static string NameOf(LoginAttempt attempt) =>
        attempt.Completed.Count > 0 ? $"{MethodName(attempt.Completed[^1])}+{MethodName(attempt.Method)}" : MethodName(attempt.Method);

    private static string MethodName(LoginMethod method) => method == LoginMethod.TlsCertificate ? "TLSCertificate" : "password";
}
