using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Second factors of users and administrators (R2.30 to R2.33). The kind is <see cref="ObjectKind.User"/> or <see cref="ObjectKind.Admin"/>.</summary>
public interface ISecondFactorService
{
    /// <summary>
    /// Turns the actor's own second factor on, or off with its recovery codes. A plain secret is a new one, a redacted one the stored one.
    /// Whoever calls has seen that a code of a new secret fits.
    /// </summary>
    ValueTask<ObjectResult<TotpConfig>> SaveAsync(ObjectKind kind, TotpConfig value, ChangeContext context, CancellationToken ct);

    /// <summary>Turns somebody else's second factor off, with its recovery codes: for who lost it.</summary>
    ValueTask<ObjectResult<TotpConfig>> DisableAsync(ObjectKind kind, string name, ChangeContext context, CancellationToken ct);

    /// <summary>Makes the actor's own recovery codes anew; the old ones are good for nothing any more.</summary>
    ValueTask<ObjectResult<IReadOnlyList<string>>> NewRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct);

    /// <summary>The actor's own recovery codes in plain, used ones with them.</summary>
    ValueTask<IReadOnlyList<PlainRecoveryCode>> ListRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct);
}
