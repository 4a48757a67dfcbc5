using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    private const string Methods = "publickey,password,keyboard-interactive";
    private const int MaxPasswordBytes = 1024;
    private const int MaxUserNameBytes = 255;

    // Verification runs before anybody is known: a quarter of a millisecond at the most.
    private const int MaxRsaBits = 8192;

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

        _authentication.InteractiveUser = null;
        string userName = DecodeUserName(user);
        switch (method)
        {
            case "none":
                Refuse(userName, LoginMethod.None, "no credential", isNone: true);
                break;
            case "password":
                OnPassword(userName, reader);
                break;
            case "publickey":
                OnPublicKey(userName, user, reader);
                break;
            case "keyboard-interactive":
                AskForPassword(userName, reader);
                break;
            default:
                Refuse(userName, LoginMethod.None, "unknown method");
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
        var credential = new PasswordCredential(userName, password.ToArray());
        LoginAttempt attempt = NewAttempt(userName, method) with { Password = credential.Password };
        WaitFor(JudgeAsync(attempt, credential, keyAnswer: null, isVoid));
    }

    /// <summary>RFC 4256 §3: one prompt, which is for the password.</summary>
    private void AskForPassword(string userName, WireReader reader)
    {
        if (!(reader.TryReadString(out _) & reader.TryReadString(out _)) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        //  string    name, instruction, language tag
        //  int       num-prompts
        //  string    prompt; boolean echo
        Span<byte> request = stackalloc byte[64];
        var writer = new WireWriter(request);
        writer.WriteByte((byte)MessageNumber.UserauthMethod60);
        writer.WriteString(""u8);
        writer.WriteString(""u8);
        writer.WriteString(""u8);
        writer.WriteUInt32(1);
        writer.WriteString("Password: "u8);
        writer.WriteBoolean(false);
        Send(writer.Written);
        _authentication.InteractiveUser = userName;
    }

    private void OnInfoResponse(ReadOnlySpan<byte> payload)
    {
        if (_authentication.InteractiveUser is not { } userName)
        {
            throw SshProtocolException.Violation("an answer without a question");
        }

        _authentication.InteractiveUser = null;
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadUInt32(out uint count))
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthInfoResponse);
        }

        if (count != 1 || !reader.TryReadString(out ReadOnlySpan<byte> answer) || !reader.IsAtEnd || answer.Length > MaxPasswordBytes)
        {
            // RFC 4256 §3.4: a wrong number of answers is a failure.
            Refuse(userName, LoginMethod.KeyboardInteractive, "wrong number or size of answers");
            return;
        }

        JudgePassword(userName, LoginMethod.KeyboardInteractive, answer);
        Forget(payload);
    }

    private void OnPublicKey(string userName, ReadOnlySpan<byte> rawUser, WireReader reader)
    {
        //  boolean   has signature
        //  string    public key algorithm name
        //  string    public key blob
        //  string    signature (if there is one)
        ReadOnlySpan<byte> signature = default;
        bool isComplete = reader.TryReadBoolean(out bool isSigned) & reader.TryReadName(64, out string algorithm) & reader.TryReadString(out ReadOnlySpan<byte> blob);
        if (!isComplete || (isSigned && !reader.TryReadString(out signature)) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.UserauthRequest);
        }

        byte[] key = blob.ToArray();
        string? fault = CheckKey(rawUser, algorithm, key, isSigned, signature);
        if (fault is not null)
        {
            Refuse(userName, LoginMethod.PublicKey, fault);
            return;
        }

        LoginAttempt attempt = NewAttempt(userName, LoginMethod.PublicKey) with { PublicKey = key, PossessionProven = isSigned };
        WaitFor(JudgeAsync(attempt, default, isSigned ? null : KeyAnswer(algorithm, key)));
    }

    private string? CheckKey(ReadOnlySpan<byte> rawUser, string algorithm, byte[] blob, bool isSigned, ReadOnlySpan<byte> signature)
    {
        if (!_authentication.PublicKeyAlgorithms.Contains(algorithm))
        {
            return $"key algorithm {algorithm} is not accepted";
        }

        if (!SshPublicKeys.TryParse(blob, out SshPublicKey? key))
        {
            return "malformed public key";
        }

        using (key)
        {
            if (!IsAlgorithmOf(key.KeyType, algorithm))
            {
                return $"a key of type {key.KeyType} cannot sign with {algorithm}";
            }

            if (key.Bits > MaxRsaBits)
            {
                return $"RSA keys of more than {MaxRsaBits} bits are not accepted";
            }

            return !isSigned || key.Verify(algorithm, SignedData(rawUser, algorithm, blob), signature) ? null : "the signature does not verify";
        }
    }

    private static bool IsAlgorithmOf(string keyType, string algorithm) =>
        keyType == "ssh-rsa" ? algorithm is "rsa-sha2-512" or "rsa-sha2-256" or "ssh-rsa" : keyType == algorithm;

    /// <summary>What the client signs (RFC 4252 §7): bound to this session, user and algorithm.</summary>
    private byte[] SignedData(ReadOnlySpan<byte> rawUser, string algorithm, byte[] blob)
    {
        var data = new byte[4 + SessionId.Length + 1 + 4 + rawUser.Length + 64 + algorithm.Length + blob.Length];
        var writer = new WireWriter(data);
        writer.WriteString(SessionId);
        writer.WriteByte((byte)MessageNumber.UserauthRequest);
        writer.WriteString(rawUser);
        writer.WriteString("ssh-connection"u8);
        writer.WriteString("publickey"u8);
        writer.WriteBoolean(true);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        return writer.Written.ToArray();
    }

    /// <summary>SSH_MSG_USERAUTH_PK_OK (RFC 4252 §7).</summary>
    private static byte[] KeyAnswer(string algorithm, byte[] blob)
    {
        var payload = new byte[1 + 4 + algorithm.Length + 4 + blob.Length];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthMethod60);
        writer.WriteString(algorithm);
        writer.WriteString(blob);
        return payload;
    }

    private LoginAttempt NewAttempt(string userName, LoginMethod method) => new()
    {
        UserName = userName,
        RemoteAddress = Connection.RemoteEndPoint.Address,
        Protocol = "SSH",
        Method = method,
    };

    private async ValueTask JudgeAsync(LoginAttempt attempt, PasswordCredential credential, byte[]? keyAnswer, bool isVoid = false)
    {
        LoginOutcome outcome = await AskAuthenticatorAsync(attempt).ConfigureAwait(false);
        if (credential.Password is not null)
        {
            credential.Clear();
        }

        SessionGrant? grant = null;
        bool mayEnter = outcome is { Verdict: LoginVerdict.Accepted, User: not null } && keyAnswer is null && !isVoid;
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
            else if (outcome.Verdict == LoginVerdict.KeyAcceptable && keyAnswer is not null)
            {
                Send(keyAnswer);
            }
            else
            {
                Refuse(attempt.UserName, attempt.Method, outcome.Reason ?? "refused");
            }
        }
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
        TrustPeer(Options.MaxPacket + PacketOverhead);
        Send([(byte)MessageNumber.UserauthSuccess]);
        StartCompression();
        Connection.OnLoggedIn();
        CountLogin(attempt.Method, "ok");
        SshLog.LoggedIn(Logger, "login", attempt.RemoteAddress, LogText.Printable(attempt.UserName, 255), MethodName(attempt.Method), "SSH", Connection.Id, PeerVersion);
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

        //  name-list  authentications that can continue
        //  boolean    partial success
        Span<byte> payload = stackalloc byte[64];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.UserauthFailure);
        writer.WriteString(Methods);
        writer.WriteBoolean(false);
        Send(writer.Written);
    }

    private static SshProtocolException TooManyFailures() => SshProtocolException.Ended(
        DisconnectReason.NoMoreAuthMethodsAvailable, ConnectionEndReason.AuthenticationFailed, "too many authentication failures");

    private static void CountLogin(LoginMethod method, string outcome) => SshMetrics.Logins.Add(
        1, new KeyValuePair<string, object?>("method", MethodName(method)), new KeyValuePair<string, object?>("outcome", outcome));

    private static string MethodName(LoginMethod method) => method switch
    {
        LoginMethod.Password => "password",
        LoginMethod.KeyboardInteractive => "keyboard-interactive",
        LoginMethod.PublicKey => "publickey",
        _ => "none",
    };
}
