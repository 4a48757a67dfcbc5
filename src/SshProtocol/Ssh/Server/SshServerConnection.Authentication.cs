using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    private const int MaxPasswordBytes = 1024;
    private const int MaxUserNameBytes = 255;

    // Packets of the connection protocol: the window's packet size, its header, padding and tag.
    private const int PacketOverhead = 1024;

    private void OnUserauthRequest(ReadOnlySpan<byte> payload)
    {
        if (Phase == SshPhase.Connected)
        {
            return;
        }

        try
        {
            TakeUserauthRequest(payload);
        }
        finally
        {
            Forget(payload);
        }
    }

    /// <summary>A password does not stay in the receive buffer, which is ours to write to until it is advanced.</summary>
    private static void Forget(ReadOnlySpan<byte> payload) =>
        CryptographicOperations.ZeroMemory(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(payload), payload.Length));

    private void TakeUserauthRequest(ReadOnlySpan<byte> payload)
    {
        //  string    user name (UTF-8)
        //  string    service name
        //  string    method name
        //  ....      method specific
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadString(out ReadOnlySpan<byte> user) || !reader.TryReadName(64, out string service) || !reader.TryReadName(64, out string method))
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        if (service != "ssh-connection")
        {
            throw SshProtocolException.Ended(DisconnectReason.ServiceNotAvailable, ConnectionEndReason.ProtocolError, "only ssh-connection can be logged in to");
        }

        if (!_authentication.TryCountRequest())
        {
            throw TooManyFailures();
        }

        if (method != "none")
        {
            Connection.NoteLoginTried();
        }

        string userName = DecodeUserName(user);
        _authentication.Begin(userName);
        switch (method)
        {
            case "none":
                Refuse(userName, LoginMethod.None, "no credential", isNone: true);
                break;
            case "password" when _services.Options.PasswordAuthentication:
                OnPassword(userName, reader);
                break;
            case "publickey":
                OnPublicKey(userName, user, reader);
                break;
            case "keyboard-interactive" when _services.Options.KeyboardInteractiveAuthentication:
                OnInteractive(userName, reader);
                break;
            default:
                Refuse(userName, LoginMethod.None, "unknown method, or one that is not enabled");
                break;
        }
    }

    /// <summary>A name that is no valid user name becomes one that no user has, so that it is judged, and refused, like any other.</summary>
    private static string DecodeUserName(ReadOnlySpan<byte> user) =>
        user.Length <= MaxUserNameBytes ? Encoding.UTF8.GetString(user) : Encoding.UTF8.GetString(user[..MaxUserNameBytes]) + "\uFFFD";

    private void OnPassword(string userName, WireReader reader)
    {
        //  boolean   FALSE (TRUE: change, with a new password behind)
        //  string    password
        if (!reader.TryReadBoolean(out bool isChange) || !reader.TryReadString(out ReadOnlySpan<byte> password) || (!isChange && !reader.IsAtEnd))
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        // Passwords are not changed here, and none is that long: judged like a wrong one, so that it takes as long, and never accepted.
        bool isVoid = isChange || password.Length > MaxPasswordBytes;
        JudgePassword(userName, LoginMethod.Password, isVoid ? default : password, isVoid);
    }

    private void JudgePassword(string userName, LoginMethod method, ReadOnlySpan<byte> password, bool isVoid = false)
    {
        byte[] copy = password.ToArray();
        WaitFor(JudgeAsync(NewAttempt(userName, method) with { Password = copy }, copy, keyAnswer: null, isVoid));
    }

    private LoginAttempt NewAttempt(string userName, LoginMethod method) => new()
    {
        UserName = userName,
        RemoteAddress = Connection.RemoteEndPoint.Address,
        Protocol = "SSH",
        Method = method,
        Completed = _authentication.Completed,
        PublicKey = _authentication.ProvenKey,
    };

    /// <summary>Asks for a verdict and does what it says. It owns the password, which is cleared unless a question for the rest of the credential follows.</summary>
    private async ValueTask JudgeAsync(LoginAttempt attempt, byte[]? password, byte[]? keyAnswer, bool isVoid = false)
    {
        LoginOutcome outcome = await AskAuthenticatorAsync(attempt).ConfigureAwait(false);
        bool isPasscodeNeeded = outcome.Verdict == LoginVerdict.PasscodeNeeded && attempt is { Method: LoginMethod.KeyboardInteractive, Passcode: null };
        if (!isPasscodeNeeded)
        {
            CryptographicOperations.ZeroMemory(password);
        }

        SessionGrant? grant = null;
        bool mayEnter = outcome is { Verdict: LoginVerdict.Accepted, User: not null, IsLimited: false } && keyAnswer is null && !isVoid;
        if (mayEnter)
        {
            grant = await AskGateAsync(attempt, outcome).ConfigureAwait(false);
        }

        lock (Turn)
        {
            if (grant is not null)
            {
                Enter(attempt, grant);
            }
            else if (mayEnter)
            {
                CountLogin(attempt.Method, "no_session");
                throw SshProtocolException.Ended(DisconnectReason.TooManyConnections, ConnectionEndReason.SessionRefused, "no further session is allowed now");
            }
            else if (isPasscodeNeeded)
            {
                AskForPasscode(attempt.UserName, password!);
            }
            else if (outcome.Verdict == LoginVerdict.KeyAcceptable && keyAnswer is not null)
            {
                Send(keyAnswer);
            }
            else if (outcome.Verdict == LoginVerdict.Partial && attempt is { Method: LoginMethod.PublicKey, PossessionProven: true })
            {
                GoOn(attempt, outcome);
            }
            else
            {
                Refuse(attempt.UserName, attempt.Method, outcome.Reason ?? "refused");
            }
        }
    }

    /// <summary>The first step of two is done: what may follow is told, and nothing else counts for this user name from now on.</summary>
    private void GoOn(LoginAttempt attempt, LoginOutcome outcome)
    {
        _authentication.Complete(attempt, outcome);
        CountLogin(attempt.Method, "partial");
        SendFailure(isPartialSuccess: true);
    }

    private async ValueTask<LoginOutcome> AskAuthenticatorAsync(LoginAttempt attempt)
    {
        try
        {
            LoginOutcome outcome = await _services.Authenticator.AuthenticateAsync(attempt, Connection.Stopping).ConfigureAwait(false);
            return Connection.Stopping.IsCancellationRequested ? LoginOutcome.Refused("the answer came too late") : outcome;
        }
        catch (OperationCanceledException)
        {
            return LoginOutcome.Refused("the connection ended before the answer");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SshLog.AuthenticatorFaulted(Logger, Connection.Id, exception);
            return LoginOutcome.Refused("internal error");
        }
    }

    private async ValueTask<SessionGrant?> AskGateAsync(LoginAttempt attempt, LoginOutcome outcome)
    {
        try
        {
            var request = new SessionRequest
            {
                User = outcome.User!,
                Protocol = "SFTP",
                Remote = Connection.RemoteEndPoint,
                Local = Connection.LocalEndPoint,
                ClientVersion = PeerVersion,
                Method = attempt.Method,
                ConnectionId = Connection.Id,
            };
            return await _services.Gate.OpenAsync(request, Connection.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            SshLog.GateFaulted(Logger, Connection.Id, exception);
            return null;
        }
    }

    private void Enter(LoginAttempt attempt, SessionGrant grant)
    {
        _grant = grant;
        _userName = attempt.UserName;
        Phase = SshPhase.Connected;
        _authentication.End();
        TrustPeer(Options.MaxPacket + PacketOverhead);
        Send([(byte)MessageNumber.UserauthSuccess]);
        StartCompression();
        Connection.OnLoggedIn();
        CountLogin(attempt.Method, "ok");
        SshLog.LoggedIn(Logger, "login", attempt.RemoteAddress, LogText.Printable(attempt.UserName, 255), NameOfSteps(attempt), "SSH", Connection.Id, PeerVersion);
        AnnounceHostKeys();
        _grantEnded = grant.Ended.UnsafeRegister(
            static state =>
            {
                var self = (SshServerConnection)state!;
                self.Fail(SshProtocolException.Ended(DisconnectReason.ByApplication, ToConnectionEnd(self.GrantEndReason), "the session was ended by the server"));
            },
            this);
    }

    private SessionEndReason GrantEndReason => _grant?.EndReason ?? SessionEndReason.ServerFault;

    private void Refuse(string userName, LoginMethod method, string reason, bool isNone = false)
    {
        bool mayTryAgain = _authentication.TryCountFailure(isNone);
        if (!isNone)
        {
            CountLogin(method, "refused");
            SshLog.LoginRefused(Logger, "connection_failed", Connection.RemoteEndPoint.Address, LogText.Printable(userName, 255), MethodName(method), "SSH", Connection.Id, reason);
        }

        if (!mayTryAgain)
        {
            throw TooManyFailures();
        }

        SendFailure(isPartialSuccess: false);
    }

    private void SendFailure(bool isPartialSuccess)
    {
        //  name-list  authentications that can continue
        //  boolean    partial success
        Span<byte> payload = stackalloc byte[64];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthFailure);
        writer.WriteString(_authentication.Next ?? _services.Methods);
        writer.WriteBoolean(isPartialSuccess);
        Send(writer.Written);
    }

    private static SshProtocolException TooManyFailures() => SshProtocolException.Ended(
        DisconnectReason.NoMoreAuthMethodsAvailable, ConnectionEndReason.AuthenticationFailed, "too many authentication failures");

    private static void CountLogin(LoginMethod method, string outcome) => SshMetrics.Logins.Add(
        1, new KeyValuePair<string, object?>("method", MethodName(method)), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>As the methods are called in an account's rules: the steps with a plus between them.</summary>
    private static string NameOfSteps(LoginAttempt attempt) =>
        attempt.Method != LoginMethod.PublicKey && attempt.Completed.Count > 0 ? $"{MethodName(attempt.Completed[^1])}+{MethodName(attempt.Method)}" : MethodName(attempt.Method);

    private static string MethodName(LoginMethod method) => method switch
    {
        LoginMethod.Password => "password",
        LoginMethod.KeyboardInteractive => "keyboard-interactive",
        LoginMethod.PublicKey => "publickey",
        _ => "none",
    };
}
