using System.Net;

namespace Hpc.Accounts.Authentication;

/// <summary>How somebody proves who they are. The names are those of spec row R0.5.</summary>
public enum LoginMethod
{
    /// <summary>No credential was given (SSH <c>none</c>).</summary>
    None,

    /// <summary>A password.</summary>
    Password,

    /// <summary>A password given through keyboard-interactive (RFC 4256).</summary>
    KeyboardInteractive,

    /// <summary>A public key (RFC 4252 §7).</summary>
    PublicKey,

    /// <summary>A TLS client certificate that the TLS handshake has verified.</summary>
    TlsCertificate,

    /// <summary>An API key that acts for the user; its owner has verified it.</summary>
    ApiKey,
}

/// <summary>One try to log in: who, from where, by what protocol and with which credential. Made anew for every try and never shared between connections.</summary>
public sealed record LoginAttempt
{
    /// <summary>The name as the peer sent it; at most 255 UTF-8 bytes, without control characters.</summary>
    public required string UserName { get; init; }

    /// <summary>The peer's address.</summary>
    public required IPAddress RemoteAddress { get; init; }

    /// <summary>Protocol name as in spec row R0.4 (<c>SSH</c>, <c>FTP</c>, <c>DAV</c>, <c>HTTP</c>).</summary>
    public required string Protocol { get; init; }

    /// <summary>How the peer proves who it is.</summary>
    public required LoginMethod Method { get; init; }

    /// <summary>The password, for <see cref="LoginMethod.Password"/> and <see cref="LoginMethod.KeyboardInteractive"/>; UTF-8, at most 1,024 bytes. Never logged.</summary>
    public ReadOnlyMemory<byte> Password { get; init; }

    /// <summary>The public key blob (RFC 4253 §6.6), for <see cref="LoginMethod.PublicKey"/>, and with the step behind it: the key that was proven.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>True when the peer has proven that it holds the private key; false for the query whether the key would do (RFC 4252 §7).</summary>
    public bool PossessionProven { get; init; }

    /// <summary>
    /// The methods that this connection has completed for this very user name, in order; the connection forgets them when the name changes.
    /// What they were accepted for is looked up again.
    /// </summary>
    public IReadOnlyList<LoginMethod> Completed { get; init; } = [];

    /// <summary>The one-time password or recovery code, where the protocol has a place for it; null if none was given. Never logged.</summary>
    public string? Passcode { get; init; }

    /// <summary>The client certificate (DER), for <see cref="LoginMethod.TlsCertificate"/> and beside a password over TLS.</summary>
    public ReadOnlyMemory<byte> TlsCertificate { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} of '{UserName}' from {RemoteAddress}";
}

/// <summary>Decides who gets in. It fails closed: an exception, a time-out or a cancelled call is a refusal.</summary>
public interface IAuthenticator
{
    /// <summary>
    /// Judges one attempt. Unknown, disabled, expired and wrong-credential users get the same answer in about the same time.
    /// Never called twice at once for one connection.
    /// </summary>
    ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct);
}

/// <summary>What became of a <see cref="LoginAttempt"/>.</summary>
public enum LoginVerdict
{
    /// <summary>Refused. The peer learns nothing more.</summary>
    Refused,

    /// <summary>The public key would do; its possession is yet to be proven.</summary>
    KeyAcceptable,

    /// <summary>Accepted.</summary>
    Accepted,

    /// <summary>The credential is right and another method must follow (RFC 4252 §5.1, partial success).</summary>
    Partial,

    /// <summary>The credential is right and a one-time password must be given with it: ask, and attempt again with both.</summary>
    PasscodeNeeded,
}

/// <summary>The verdict on a <see cref="LoginAttempt"/>, with the account it holds for and, for the log alone, the reason of a refusal.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="User">The account; not null exactly when <see cref="LoginVerdict.Accepted"/>.</param>
/// <param name="Reason">Why it was refused, for the server's log; never shown to the peer.</param>
public sealed record LoginOutcome(LoginVerdict Verdict, UserAccount? User, string? Reason)
{
    /// <summary>A refusal with a reason for the log.</summary>
    public static LoginOutcome Refused(string reason) => new(LoginVerdict.Refused, null, reason);

    /// <summary>The answer to a key query that would do.</summary>
    public static LoginOutcome KeyAcceptable { get; } = new(LoginVerdict.KeyAcceptable, null, null);

    /// <summary>The methods that may follow, for <see cref="LoginVerdict.Partial"/>; otherwise those that the user may use at all are not told.</summary>
    public IReadOnlyList<LoginMethod> Next { get; init; } = [];

    /// <summary>True if the account may do nothing but choose a new password or set up a second factor (HTTP alone).</summary>
    public bool IsLimited { get; init; }

    /// <summary>The account must choose a new password first (R2.9).</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>The account must set up a second factor first (R2.32).</summary>
    public bool MustSetSecondFactor { get; init; }

    /// <summary>For <see cref="LoginVerdict.Partial"/>: keyboard-interactive as the step behind it asks for the one-time password alone (R2.16).</summary>
    public bool IsPasscodeAlone { get; init; }

    /// <summary>A step that must be followed by another.</summary>
    public static LoginOutcome Partial(IReadOnlyList<LoginMethod> next) => new(LoginVerdict.Partial, null, null) { Next = next };

    /// <summary>A right credential that a one-time password must be given with.</summary>
    public static LoginOutcome PasscodeNeeded { get; } = new(LoginVerdict.PasscodeNeeded, null, null);

    /// <summary>An acceptance.</summary>
    public static LoginOutcome Accepted(UserAccount user) => new(LoginVerdict.Accepted, user, null);
}
