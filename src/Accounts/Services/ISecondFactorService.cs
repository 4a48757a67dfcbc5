using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Second factors of users and administrators (R2.30 to R2.33). The kind is <see cref="ObjectKind.User"/> or <see cref="ObjectKind.Admin"/>.</summary>
public interface ISecondFactorService
{
    /// <summary>
    /// Turns the actor's own second factor on, or off with its recovery codes. A plain secret is a new one, a redacted one the stored one.
    /// Whoever calls has seen that a code of a new secret fits.
    /// </summary>
    /// <param name="kind">Whose.</param>
    /// <param name="value">What it becomes.</param>
    /// <param name="context">The actor.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="seen">The second factor that the caller has judged the actor's right to replace; one that was set up since is left alone. Null replaces any.</param>
    ValueTask<ObjectResult<TotpConfig>> SaveAsync(ObjectKind kind, TotpConfig value, ChangeContext context, CancellationToken ct, TotpConfig? seen = null);

    /// <summary>Turns somebody else's second factor off, with its recovery codes: for who lost it.</summary>
    ValueTask<ObjectResult<TotpConfig>> DisableAsync(ObjectKind kind, string name, ChangeContext context, CancellationToken ct);

    /// <summary>Makes the actor's own recovery codes anew; the old ones are good for nothing any more.</summary>
    /// <param name="kind">Whose.</param>
    /// <param name="context">The actor.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="seen">As for <see cref="SaveAsync"/>.</param>
    ValueTask<ObjectResult<IReadOnlyList<string>>> NewRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct, TotpConfig? seen = null);

    /// <summary>The actor's own recovery codes in plain, used ones with them.</summary>
    ValueTask<IReadOnlyList<PlainRecoveryCode>> ListRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct);
}
