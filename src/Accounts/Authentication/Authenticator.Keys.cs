namespace Hpc.Accounts.Authentication;

public sealed partial class Authenticator
{
    private ValueTask<LoginOutcome> JudgePublicKeyAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = FindNow(attempt.UserName);
        bool isHeld = _keys.HoldAgain(user, attempt.PublicKey.Span, attempt.RemoteAddress);
        return isHeld && _policy.WhyRefused(user, attempt) is null ? new(KeyHeld(attempt, user!)) : SearchPublicKeyAsync(attempt, ct);
    }

    private async ValueTask<LoginOutcome> SearchPublicKeyAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        bool isHeld = _keys.Hold(user, attempt.PublicKey.Span, attempt.RemoteAddress);
        string? refusal = _policy.WhyRefused(user, attempt) ?? (isHeld ? null : "the key is not one of the user's, or not from this address");
        return refusal is null ? KeyHeld(attempt, user!) : LoginOutcome.Refused(refusal);
    }

    private LoginOutcome KeyHeld(LoginAttempt attempt, UserAccount user) =>
        attempt.PossessionProven ? AcceptFirst(user, attempt) : LoginOutcome.KeyAcceptable;

    private async ValueTask<LoginOutcome> JudgeCertificateAsync(LoginAttempt attempt, CancellationToken ct)
    {
        UserAccount? user = await FindAsync(attempt.UserName, ct).ConfigureAwait(false);
        bool isHeld = _certificates.Hold(user, attempt.TlsCertificate.Span);
        string? refusal = _policy.WhyRefused(user, attempt) ?? (isHeld ? null : "the certificate is not one of the user's");
        return refusal is null ? AcceptFirst(user!, attempt) : LoginOutcome.Refused(refusal);
    }
}
