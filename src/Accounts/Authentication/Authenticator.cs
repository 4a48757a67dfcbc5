using Hpc.Accounts.Stores;
using Hpc.Crypto.Passwords;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Judges logins against the user store. Every password attempt costs exactly one store look-up and one verification, whoever the user is,
/// and a second look-up only before it is accepted. What the store can tell without waiting, and passwords that were verified a moment ago,
/// shorten the way to an acceptance alone: every refusal goes the whole way.
/// </summary>
public sealed class Authenticator : IAuthenticator
{
    // No user can have this name, so that looking it up in place of a bad one finds nothing and takes as long.
    private const string NobodysName = "/";

    private static readonly ReadOnlyMemory<byte> PlaceholderPassword = "placeholder"u8.ToArray();

    private readonly IUserStore _users;
    private readonly PasswordWorkers _workers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DecoyHashes _decoys = new();
    private readonly UserKeys _keys = new();
    private readonly VerifiedPasswords? _verified;

    /// <summary>Makes an authenticator. It disposes neither the store nor the workers.</summary>
    /// <param name="users">Who may log in.</param>
    /// <param name="workers">Verify passwords.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets faults.</param>
    /// <param name="verified">Passwords that need no verification again; null for none.</param>
    public Authenticator(IUserStore users, PasswordWorkers workers, TimeProvider time, ILogger<Authenticator> logger, VerifiedPasswords? verified = null)
    {
        _verified = verified;
        _users = users;
        _workers = workers;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public async ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        try
        {
            LoginOutcome outcome = await JudgeAsync(attempt, ct).ConfigureAwait(false);

            // Nobody waits for an answer after its time, so that a late acceptance would let in whoever asks next.
            return ct.IsCancellationRequested && outcome.Verdict != LoginVerdict.Refused ? GivenUp() : outcome;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return GivenUp();
        }
#pragma warning disable CA1031 // Authentication fails closed: whatever goes wrong is a refusal.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AccountsMetrics.Fault();
            AccountsLog.AuthenticationFault(_logger, exception, attempt.Method, attempt.RemoteAddress, attempt.Protocol);
            return LoginOutcome.Refused($"fault of the server: {exception.GetType().Name}");
        }
    }

    private ValueTask<LoginOutcome> JudgeAsync(LoginAttempt attempt, CancellationToken ct) => attempt.Method switch
    {
        LoginMethod.Password or LoginMethod.KeyboardInteractive => JudgePasswordAsync(attempt, ct),
        LoginMethod.PublicKey => JudgePublicKeyAsync(attempt, ct),
        _ => new(LoginOutcome.Refused("no credential was given")),
    };

    private ValueTask<LoginOutcome> JudgePasswordAsync(LoginAttempt attempt, CancellationToken ct)
    {
        if (_verified is null)
        {
            return VerifyPasswordAsync(attempt, ct);
        }

        // The same work for a user who is not at hand: the time of a refusal does not tell who is.
        UserAccount? user = FindNow(attempt.UserName);
        bool isKnown = _verified.Knows(attempt.UserName, user?.PasswordHash ?? _decoys.Any, attempt.Password.Span);
        if (!isKnown || user?.PasswordHash is null || WhyBarred(user) is not null)
        {
            return VerifyPasswordAsync(attempt, ct);
        }

        AccountsMetrics.PasswordRecognised();
        return new(LoginOutcome.Accepted(user));
    }

    private async ValueTask<LoginOutcome> VerifyPasswordAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        bool isUsable = PasswordHash.IsUsable(attempt.Password.Span);
        string? hash = SupportedHash(user);
        ReadOnlyMemory<byte> password = isUsable ? attempt.Password : PlaceholderPassword;
        PasswordCheck check = await _workers.VerifyAsync(hash ?? _decoys.For(NameFor(attempt.UserName)), password, ct).ConfigureAwait(false);

        string? refusal = WhyBarred(user)
            ?? (hash is null ? "the user has no password" : null)
            ?? (isUsable ? null : "the password is empty, too long or holds NUL")
            ?? Explain(check);
        if (refusal is not null)
        {
            return LoginOutcome.Refused(refusal);
        }

        // The verification may have waited long enough for the account to be disabled or its password to be changed.
        UserAccount? now = FindNow(attempt.UserName) ?? await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        if (now is null || now.Version != user!.Version || now.PasswordHash != hash || WhyBarred(now) is not null)
        {
            return LoginOutcome.Refused("the account changed while its password was verified");
        }

        _verified?.Add(now.UserName, hash!, password.Span);
        return LoginOutcome.Accepted(now);
    }

    private ValueTask<LoginOutcome> JudgePublicKeyAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = FindNow(attempt.UserName);
        bool isHeld = _keys.HoldAgain(user, attempt.PublicKey.Span, attempt.RemoteAddress);
        return isHeld && WhyBarred(user) is null ? new(KeyHeld(attempt, user!)) : SearchPublicKeyAsync(attempt, ct);
    }

    private async ValueTask<LoginOutcome> SearchPublicKeyAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        bool isHeld = _keys.Hold(user, attempt.PublicKey.Span, attempt.RemoteAddress);
        string? refusal = WhyBarred(user) ?? (isHeld ? null : "the key is not one of the user's, or not from this address");
        return refusal is null ? KeyHeld(attempt, user!) : LoginOutcome.Refused(refusal);
    }

    private static LoginOutcome KeyHeld(LoginAttempt attempt, UserAccount user) =>
        attempt.PossessionProven ? LoginOutcome.Accepted(user) : LoginOutcome.KeyAcceptable;

    private UserAccount? FindNow(string userName) =>
        UserNameRules.IsValid(userName) && _users.TryFindNow(userName, out UserAccount? user) && string.Equals(user.UserName, userName, StringComparison.Ordinal)
            ? user
            : null;

    private async ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
    {
        UserAccount? user = await _users.FindAsync(NameFor(userName), ct).AsTask().WaitAsync(ct).ConfigureAwait(false);

        // A store that folds case or normalises would let one name in as another.
        return user is not null && string.Equals(user.UserName, userName, StringComparison.Ordinal) ? user : null;
    }

    private static string NameFor(string userName) => UserNameRules.IsValid(userName) ? userName : NobodysName;

    private string? SupportedHash(UserAccount? user)
    {
        if (user?.PasswordHash is not { } hash)
        {
            return null;
        }

        if (!PasswordHash.IsSupported(hash))
        {
            AccountsLog.UnsupportedPasswordHash(_logger, user.UserName);
            return null;
        }

        _decoys.Learn(hash);
        return hash;
    }

    private string? WhyBarred(UserAccount? user)
    {
        if (user is null)
        {
            return "there is no such user";
        }

        if (!user.IsEnabled)
        {
            return "the user is disabled";
        }

        return user.ExpiresAt <= _time.GetUtcNow() ? "the user has expired" : null;
    }

    private static string? Explain(PasswordCheck check) => check switch
    {
        PasswordCheck.Match => null,
        PasswordCheck.Mismatch => "wrong password",
        PasswordCheck.QueueFull => "too many passwords are being verified",
        PasswordCheck.TimedOut => "the password was not verified in time",
        _ => "verifying the password failed",
    };

    private static LoginOutcome GivenUp() => LoginOutcome.Refused("the login was given up before its answer");
}
