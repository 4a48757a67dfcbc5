using System.Net;
using System.Runtime.CompilerServices;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// Judges logins of administrators. It fails closed, and unknown, disabled, unwelcome and wrong-password administrators get the same answer after the same work:
/// one look-up and one verification.
/// </summary>
public sealed class AdminAuthenticator
{
    // A hash may be replaced by one of the preferred algorithm while a login verifies against the old one: then once more.
    private const int MaxVerifications = 2;

    // No administrator can have this name.
    private const string NobodysName = "/";

    private readonly IObjectStore _objects;
    private readonly PasswordGate _passwords;
    private readonly SecondFactors? _secondFactors;
    private readonly IAccountUpkeep? _upkeep;
    private readonly LoginAftermath _aftermath;
    private readonly ILogger _logger;
    private readonly LoginWatch? _watch;

    private readonly ConditionalWeakTable<AdminFilters, SourceNetworks> _allowed = [];

    /// <summary>Makes an authenticator. It disposes nothing that it is given.</summary>
    /// <param name="objects">Has the administrators.</param>
    /// <param name="workers">Verify passwords.</param>
    /// <param name="secondFactors">Checks one-time passwords; without, administrators who have a second factor are refused.</param>
    /// <param name="upkeep">Is told of logins of administrators; null for none: then there are no recovery codes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets faults.</param>
    /// <param name="verified">Passwords of administrators that need no verification again; not the table that users or keys are in. Null for none.</param>
    /// <param name="watch">Hears of every end of a login, and delays answers; null for none.</param>
    public AdminAuthenticator(
        IObjectStore objects,
        PasswordWorkers workers,
        SecondFactors? secondFactors,
        IAccountUpkeep? upkeep,
        TimeProvider time,
        ILogger<AdminAuthenticator> logger,
        VerifiedPasswords? verified = null,
        LoginWatch? watch = null)
    {
        ArgumentNullException.ThrowIfNull(workers);
        _objects = objects;
        _passwords = new PasswordGate(workers, verified, logger);
        _secondFactors = secondFactors;
        _upkeep = upkeep;
        _aftermath = new LoginAftermath(upkeep, workers, verified, time, logger);
        _logger = logger;
        _watch = watch;
    }

    /// <summary>Judges one attempt.</summary>
    public async ValueTask<AdminLoginOutcome> AuthenticateAsync(AdminLoginAttempt attempt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(attempt);
        try
        {
            AdminLoginOutcome outcome = await JudgeAsync(attempt, ct).ConfigureAwait(false);
            if (_watch is not null)
            {
                await _watch.OnAdminAsync(attempt, outcome, ct).ConfigureAwait(false);
            }

            return ct.IsCancellationRequested && outcome.Verdict != AdminLoginVerdict.Refused ? GivenUp() : outcome;
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
            AccountsLog.AuthenticationFault(_logger, exception, LoginMethod.Password, attempt.RemoteAddress, "admin");
            return AdminLoginOutcome.Refused(LoginReasons.FaultPrefix + exception.GetType().Name);
        }
    }

    /// <summary>
    /// The administrator of this name if it may act from this address now: for those who were let in before (tokens, keys). Null if not.
    /// An exception means that the store does not work.
    /// </summary>
    public async ValueTask<Versioned<Admin>?> FindAllowedAsync(string userName, IPAddress remoteAddress, CancellationToken ct)
    {
        Versioned<Admin>? admin = await FindAsync(userName, ct).ConfigureAwait(false);
        return WhyBarred(admin, remoteAddress) is null ? admin : null;
    }

    /// <summary>Remembers that an administrator was let in by something else than a password.</summary>
    internal void Record(string userName) => _aftermath.Record(userName);

    private async ValueTask<AdminLoginOutcome> JudgeAsync(AdminLoginAttempt attempt, CancellationToken ct)
    {
        Versioned<Admin>? admin = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        string? hash = HashOf(admin);
        bool isKnown = _passwords.Knows(attempt.UserName, hash, attempt.Password.Span);
        if (isKnown && WhyBarred(admin, attempt.RemoteAddress) is null && MayBeRight(admin!.Value, attempt))
        {
            AdminLoginOutcome outcome = await FinishAsync(admin, hash!, attempt, ct).ConfigureAwait(false);
            if (outcome.Verdict != AdminLoginVerdict.Refused)
            {
                AccountsMetrics.PasswordRecognised();
                return outcome;
            }
        }

        return await VerifyAsync(attempt, admin, hash, ct).ConfigureAwait(false);
    }

    /// <summary>A wrong code is counted once, on the whole way.</summary>
    private bool MayBeRight(Admin admin, AdminLoginAttempt attempt) =>
        !admin.Filters.Totp.Enabled || string.IsNullOrWhiteSpace(attempt.Passcode) || _secondFactors?.Fits(admin.Filters.Totp, attempt.Passcode.Trim()) == true;

    private async ValueTask<AdminLoginOutcome> VerifyAsync(AdminLoginAttempt attempt, Versioned<Admin>? admin, string? hash, CancellationToken ct)
    {
        for (int i = 0; i < MaxVerifications; i++)
        {
            string? wrong = await _passwords.WhyWrongAsync(NameFor(attempt.UserName), hash, attempt.Password, attempt.RemoteAddress, ct).ConfigureAwait(false);
            if ((LoginReasons.IsUnverified(wrong) ? wrong : WhyBarred(admin, attempt.RemoteAddress) ?? wrong) is { } refusal)
            {
                return AdminLoginOutcome.Refused(refusal);
            }

            // The verification may have waited long enough for the account to be disabled or its password to be changed.
            Versioned<Admin>? now = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
            if (WhyBarred(now, attempt.RemoteAddress) is not null)
            {
                break;
            }

            if (HashOf(now) == hash)
            {
                _passwords.Remember(attempt.UserName, hash!, attempt.Password.Span);
                return await FinishAsync(now!, hash!, attempt, ct).ConfigureAwait(false);
            }

            (admin, hash) = (now, HashOf(now));
        }

        return AdminLoginOutcome.Refused(LoginReasons.AccountChanged);
    }

    /// <summary>The second factor, and what follows a login.</summary>
    private async ValueTask<AdminLoginOutcome> FinishAsync(Versioned<Admin> admin, string hash, AdminLoginAttempt attempt, CancellationToken ct)
    {
        if (admin.Value.Filters.Totp.Enabled)
        {
            if (string.IsNullOrWhiteSpace(attempt.Passcode))
            {
                return AdminLoginOutcome.PasscodeNeeded;
            }

            if (await WhyPasscodeWrongAsync(admin.Value, attempt.Passcode.Trim(), ct).ConfigureAwait(false) is { } refusal)
            {
                return AdminLoginOutcome.Refused(refusal);
            }
        }

        _aftermath.Record(admin.Value.Username);
        _aftermath.Rehash(admin.Value.Username, hash, attempt.Password);
        return AdminLoginOutcome.Accepted(admin);
    }

    private async ValueTask<string?> WhyPasscodeWrongAsync(Admin admin, string passcode, CancellationToken ct)
    {
        PasscodeCheck check = _secondFactors is null
            ? PasscodeCheck.Unavailable
            : await _secondFactors.UseAsync(ObjectKind.Admin, admin.Username, admin.Filters.Totp, passcode, ct).ConfigureAwait(false);
        if (check == PasscodeCheck.Right)
        {
            return null;
        }

        bool mayRecover = _upkeep is not null && RecoveryCodes.MayBe(passcode) && admin.Filters.RecoveryCodes.Any(static code => !code.Used);
        return mayRecover && await _upkeep!.UseRecoveryCodeAsync(admin.Username, passcode, ct).ConfigureAwait(false) ? null : $"one-time password: {check}";
    }

    private async ValueTask<Versioned<Admin>?> FindAsync(string userName, CancellationToken ct)
    {
        StoredObject? stored = await _objects.FindAsync(new ObjectKey(ObjectKind.Admin, NameFor(userName)), ct).AsTask().WaitAsync(ct).ConfigureAwait(false);
        if (stored is null)
        {
            return null;
        }

        Admin admin = ObjectDocument.Read<Admin>(stored.Document);
        return string.Equals(admin.Username, userName, StringComparison.Ordinal) ? new Versioned<Admin>(admin, stored.Version) : null;
    }

    private string? WhyBarred(Versioned<Admin>? admin, IPAddress remoteAddress)
    {
        if (admin is null)
        {
            return LoginReasons.NoSuchAdmin;
        }

        if (admin.Value.Status != 1)
        {
            return "the administrator is disabled";
        }

        SourceNetworks allowed = _allowed.GetValue(admin.Value.Filters, static filters => new SourceNetworks(filters.AllowList));
        return allowed.IsEmpty || allowed.Contain(remoteAddress) ? null : "the address is not one of the administrator's";
    }

    private static string? HashOf(Versioned<Admin>? admin) => string.IsNullOrEmpty(admin?.Value.Password) ? null : admin.Value.Password;

    private static string NameFor(string userName) => UserNameRules.IsValid(userName) ? userName : NobodysName;

    private static AdminLoginOutcome GivenUp() => AdminLoginOutcome.Refused(LoginReasons.GivenUp);
}
