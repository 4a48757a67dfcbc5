using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;

namespace Hpc.Accounts.Authentication;

public sealed partial class Authenticator
{
    // A hash may be replaced by one of the preferred algorithm while a login verifies against the old one: then once more.
    private const int MaxVerifications = 2;

    private async ValueTask<LoginOutcome> JudgePasswordAsync(LoginAttempt attempt, CancellationToken ct)
    {
        // A store that many logins ask at once cannot always tell without waiting: a look at it costs a thousandth of the verification that it may spare.
        UserAccount? atHand = FindNow(attempt.UserName);
        UserAccount? user = atHand ?? await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        if (await TryShortWayAsync(user, attempt, ct).ConfigureAwait(false) is { } outcome)
        {
            return outcome;
        }

        // Either way one was looked for before the verification: the time of a refusal does not tell who is at hand.
        user = atHand is null ? user : await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        return await VerifyPasswordAsync(user, attempt, ct).ConfigureAwait(false);
    }

    /// <summary>An acceptance, or the question for a one-time password, without a verification; null where there is anything to refuse.</summary>
    private async ValueTask<LoginOutcome?> TryShortWayAsync(UserAccount? user, LoginAttempt attempt, CancellationToken ct)
    {
        // The same work for a user who is not there: the time of a refusal does not tell who is.
        PasswordInput input = PasswordInput.Of(attempt, user);
        bool isKnown = _passwords.Knows(attempt.UserName, user?.PasswordHash, input.Password.Span);
        if (user is null || (!isKnown && !user.Logins.IsAnonymous) || WhyPasswordRefused(user, attempt) is not null)
        {
            return null;
        }

        if (user.Logins.IsAnonymous)
        {
            return Accept(user, attempt);
        }

        // A wrong code is counted once, on the whole way.
        if (NeedsPasscode(user, attempt) && input.Passcode is { } passcode && _secondFactors?.Fits(user.Logins.Totp, passcode) != true)
        {
            return null;
        }

        LoginOutcome outcome = await FinishPasswordAsync(user, attempt, input, ct).ConfigureAwait(false);
        if (outcome.Verdict == LoginVerdict.Refused)
        {
            return null;
        }

        AccountsMetrics.PasswordRecognised();
        return outcome;
    }

    private async ValueTask<LoginOutcome> VerifyPasswordAsync(UserAccount? user, LoginAttempt attempt, CancellationToken ct)
    {
        if (user is { Logins.IsAnonymous: true } && WhyPasswordRefused(user, attempt) is null)
        {
            return Accept(user, attempt);
        }

        for (int i = 0; i < MaxVerifications; i++)
        {
            PasswordInput input = PasswordInput.Of(attempt, user);
            string? wrong = await _passwords.WhyWrongAsync(NameFor(attempt.UserName), user?.PasswordHash, input.Password, attempt.RemoteAddress, ct).ConfigureAwait(false);
            if ((LoginReasons.IsUnverified(wrong) ? wrong : WhyPasswordRefused(user, attempt) ?? wrong) is { } refusal)
            {
                return LoginOutcome.Refused(refusal);
            }

            // The verification may have waited long enough for the account to be disabled or its password to be changed.
            UserAccount? now = FindNow(attempt.UserName) ?? await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
            if (WhyPasswordRefused(now, attempt) is not null)
            {
                break;
            }

            if (now!.PasswordHash == user!.PasswordHash && LoginPolicy.HasTotp(now.Logins, attempt.Protocol) == LoginPolicy.HasTotp(user.Logins, attempt.Protocol))
            {
                _passwords.Remember(now.UserName, now.PasswordHash!, input.Password.Span);
                return await FinishPasswordAsync(now, attempt, input, ct).ConfigureAwait(false);
            }

            user = now;
        }

        return LoginOutcome.Refused(LoginReasons.AccountChanged);
    }

    /// <summary>What is left when the password is right: the second factor, and what follows a login.</summary>
    private async ValueTask<LoginOutcome> FinishPasswordAsync(UserAccount user, LoginAttempt attempt, PasswordInput input, CancellationToken ct)
    {
        if (NeedsPasscode(user, attempt))
        {
            if (input.Passcode is null)
            {
                return attempt.Protocol == ProtocolNames.Ftp ? LoginOutcome.Refused(LoginReasons.NoPasscode) : LoginOutcome.PasscodeNeeded;
            }

            if (await WhyPasscodeWrongAsync(user, attempt, input.Passcode, ct).ConfigureAwait(false) is { } refusal)
            {
                return LoginOutcome.Refused(refusal);
            }
        }

        _aftermath.Rehash(user.UserName, user.PasswordHash!, input.Password);
        return Accept(user, attempt);
    }

    /// <summary>By SSH's password method it cannot be asked for: there a password is accepted only as the step behind a key.</summary>
    private static bool NeedsPasscode(UserAccount user, LoginAttempt attempt) =>
        LoginPolicy.HasTotp(user.Logins, attempt.Protocol) && attempt is not { Protocol: ProtocolNames.Ssh, Method: LoginMethod.Password };

    private static bool IsPasscodeAlone(LoginAttempt attempt) =>
        attempt is { Protocol: ProtocolNames.Ssh, Completed.Count: > 0, Passcode: not null, Password.IsEmpty: true };

    /// <summary>Keyboard-interactive behind a key: the key stands for the password (R2.16).</summary>
    private async ValueTask<LoginOutcome> JudgePasscodeAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        string? refusal = WhyPasswordRefused(user, attempt)
            ?? (LoginPolicy.IsPasscodeAlone(user!.Logins, attempt.Protocol) && _policy.Steps.Next(user.Logins, attempt.Protocol).Count > 0 ? null : "a one-time password alone is no credential")
            ?? await WhyPasscodeWrongAsync(user, attempt, attempt.Passcode!, ct).ConfigureAwait(false);
        return refusal is null ? Accept(user!, attempt) : LoginOutcome.Refused(refusal);
    }

    private async ValueTask<string?> WhyPasscodeWrongAsync(UserAccount user, LoginAttempt attempt, string passcode, CancellationToken ct)
    {
        PasscodeCheck check = _secondFactors is null
            ? PasscodeCheck.Unavailable
            : await _secondFactors.UseAsync(ObjectKind.User, user.UserName, user.Logins.Totp, passcode, ct).ConfigureAwait(false);
        if (check == PasscodeCheck.Right)
        {
            return null;
        }

        bool mayRecover = attempt.Protocol == ProtocolNames.Http && user.Logins.HasRecoveryCodes && _upkeep is not null && RecoveryCodes.MayBe(passcode);
        return mayRecover && await _upkeep!.UseRecoveryCodeAsync(user.UserName, passcode, ct).ConfigureAwait(false) ? null : $"one-time password: {check}";
    }

    private string? WhyPasswordRefused(UserAccount? user, LoginAttempt attempt) => _policy.WhyRefused(user, attempt) ?? WhyFirstStepGone(user!, attempt);
}
