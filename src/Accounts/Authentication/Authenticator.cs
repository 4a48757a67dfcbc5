using System.Net;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.SecondFactor;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Judges logins of users by every protocol. Every password attempt that is refused costs exactly one look-up and one verification, whoever the user is:
/// what stands against the user is judged behind them. A second look-up comes only before an acceptance. What the directory can tell without waiting,
/// and passwords that were verified a moment ago, shorten the way to an acceptance alone: every refusal goes the whole way.
/// </summary>
public sealed partial class Authenticator : IAuthenticator
{
    // No user can have this name, so that looking it up in place of a bad one finds nothing and takes as long.
    private const string NobodysName = "/";

    private readonly IAccountDirectory _users;
    private readonly PasswordGate _passwords;
    private readonly NameRules _names;
    private readonly LoginPolicy _policy;
    private readonly SecondFactors? _secondFactors;
    private readonly IAccountUpkeep? _upkeep;
    private readonly LoginAftermath _aftermath;
    private readonly UserKeys _keys = new();
    private readonly UserCertificates _certificates;
    private readonly LoginWatch? _watch;
    private readonly ILogger _logger;

    /// <summary>Makes an authenticator. It disposes nothing that it is given.</summary>
    /// <param name="users">Who may log in.</param>
    /// <param name="workers">Verify passwords.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets faults.</param>
    /// <param name="verified">Passwords that need no verification again; null for none.</param>
    /// <param name="secondFactors">Checks one-time passwords; without, logins that need one are refused.</param>
    /// <param name="upkeep">Is told of logins and changes hashes and recovery codes; null for none.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="watch">Hears of every end of a login, and delays answers; null for none.</param>
    public Authenticator(
        IAccountDirectory users,
        PasswordWorkers workers,
        TimeProvider time,
        ILogger<Authenticator> logger,
        VerifiedPasswords? verified = null,
        SecondFactors? secondFactors = null,
        IAccountUpkeep? upkeep = null,
        AuthenticatorOptions? options = null,
        LoginWatch? watch = null)
    {
        ArgumentNullException.ThrowIfNull(workers);
        _users = users;
        _passwords = new PasswordGate(workers, verified, logger);
        options ??= new AuthenticatorOptions();
        _names = new NameRules(options.NamingRules);
        _policy = new LoginPolicy(options, time);
        _secondFactors = secondFactors;
        _upkeep = upkeep;
        _aftermath = new LoginAftermath(upkeep, workers, verified, time, logger);
        _certificates = new UserCertificates(time);
        _watch = watch;
        _logger = logger;
    }

    /// <inheritdoc/>
    public async ValueTask<LoginOutcome> AuthenticateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        try
        {
            string name = await ResolveNameAsync(attempt.UserName, ct).ConfigureAwait(false);
            LoginOutcome outcome = await JudgeAsync(name == attempt.UserName ? attempt : attempt with { UserName = name }, ct).ConfigureAwait(false);
            if (_watch is not null)
            {
                await _watch.OnUserAsync(attempt, outcome, ct).ConfigureAwait(false);
            }

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
            return LoginOutcome.Refused(LoginReasons.FaultPrefix + exception.GetType().Name);
        }
    }

    /// <summary>
    /// The user of this name if somebody who was let in before, by a token or a session, may go on by this protocol from this address now. Null if not.
    /// An exception means that the directory does not work.
    /// </summary>
    public async ValueTask<UserAccount?> FindAllowedAsync(string userName, string protocol, IPAddress remoteAddress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        UserAccount? user = FindNow(userName) ?? await FindAsync(userName, ct).ConfigureAwait(false);
        return _policy.WhyEnded(user, protocol, remoteAddress) is null ? user : null;
    }

    /// <summary>The name as the rules make it, unless a user has exactly the given one: of a time with other rules.</summary>
    private async ValueTask<string> ResolveNameAsync(string name, CancellationToken ct)
    {
        string normalised = _names.Normalise(name);
        return normalised != name && await FindAsync(name, ct).ConfigureAwait(false) is not null ? name : normalised;
    }

    private ValueTask<LoginOutcome> JudgeAsync(LoginAttempt attempt, CancellationToken ct) => attempt.Method switch
    {
        LoginMethod.KeyboardInteractive when IsPasscodeAlone(attempt) => JudgePasscodeAsync(attempt, ct),
        LoginMethod.Password or LoginMethod.KeyboardInteractive => JudgePasswordAsync(attempt, ct),
        LoginMethod.PublicKey => JudgePublicKeyAsync(attempt, ct),
        LoginMethod.TlsCertificate => JudgeCertificateAsync(attempt, ct),
        LoginMethod.ApiKey => JudgeApiKeyAsync(attempt, ct),
        _ => new(LoginOutcome.Refused(LoginReasons.NoCredential)),
    };

    /// <summary>Who comes by an API key, which is verified already.</summary>
    private async ValueTask<LoginOutcome> JudgeApiKeyAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = FindNow(attempt.UserName) ?? await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        return _policy.WhyRefused(user, attempt) is { } refusal ? LoginOutcome.Refused(refusal) : Accept(user!, attempt);
    }

    private LoginOutcome Accept(UserAccount user, LoginAttempt attempt)
    {
        _aftermath.Record(user.UserName);
        if (attempt is not { Protocol: ProtocolNames.Http, Method: LoginMethod.Password } || user.Logins.IsAnonymous)
        {
            return LoginOutcome.Accepted(user);
        }

        bool mustChange = _policy.MustChangePassword(user.Logins);
        bool mustSet = LoginPolicy.MustSetSecondFactor(user.Logins);
        return LoginOutcome.Accepted(user) with { MustChangePassword = mustChange, MustSetSecondFactor = mustSet, IsLimited = mustChange || mustSet };
    }

    /// <summary>A right key or certificate: the whole login, or the first step of one.</summary>
    private LoginOutcome AcceptFirst(UserAccount user, LoginAttempt attempt)
    {
        if (_policy.Steps.Judge(user.Logins, attempt) != LoginStep.First)
        {
            return Accept(user, attempt);
        }

        return LoginOutcome.Partial(_policy.Steps.Next(user.Logins, attempt.Protocol)) with { IsPasscodeAlone = LoginPolicy.IsPasscodeAlone(user.Logins, attempt.Protocol) };
    }

    /// <summary>Null if the step before this one, if it has one, would still be right.</summary>
    private string? WhyFirstStepGone(UserAccount user, LoginAttempt attempt)
    {
        if (_policy.Steps.Next(user.Logins, attempt.Protocol).Count == 0)
        {
            return null;
        }

        bool isHeld = attempt.Completed[^1] == LoginMethod.PublicKey
            ? _keys.Hold(user, attempt.PublicKey.Span, attempt.RemoteAddress)
            : _certificates.Hold(user, attempt.TlsCertificate.Span);
        return isHeld ? null : "the credential of the first step is no longer the user's";
    }

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

    private static LoginOutcome GivenUp() => LoginOutcome.Refused(LoginReasons.GivenUp);
}
