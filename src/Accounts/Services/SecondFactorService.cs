using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.SecondFactor;

namespace Hpc.Accounts.Services;

/// <summary>Second factors: kept in the objects, and changed by nothing else.</summary>
internal sealed class SecondFactorService(ObjectService<User> users, ObjectService<Admin> admins, ServiceEnvironment services) : ISecondFactorService
{
    private const string NotOwn = "Only the account itself can do this.";
    private const string OtherByNow = "The second factor was changed at the same moment; try again.";

    public async ValueTask<ObjectResult<TotpConfig>> SaveAsync(ObjectKind kind, TotpConfig value, ChangeContext context, CancellationToken ct, TotpConfig? seen = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (OwnNameOf(kind, context) is not { } name)
        {
            return ObjectResult<TotpConfig>.Failed(ObjectStatus.Forbidden, NotOwn);
        }

        var errors = new ErrorList();
        string? refusal = context.User is { } user ? RefusalOf(user, value) : null;
        TotpConfig saved = new();
        bool isOther = false;
        bool isFound = await ChangeAsync(
            kind,
            name,
            factor =>
            {
                errors = new ErrorList();
                isOther = IsOther(factor.Totp, seen);
                saved = value.Enabled ? Check(kind, name, value, factor.Totp, errors) : new();
                return refusal is null && errors.IsEmpty && !isOther ? new(saved, value.Enabled ? factor.Codes : []) : null;
            },
            ct).ConfigureAwait(false);
        if (refusal is not null)
        {
            return ObjectResult<TotpConfig>.Failed(ObjectStatus.Forbidden, refusal);
        }

        return !errors.IsEmpty ? ObjectResult<TotpConfig>.Invalid(errors.Errors)
            : isOther ? ObjectResult<TotpConfig>.Failed(ObjectStatus.VersionConflict, OtherByNow)
            : !isFound ? ObjectResult<TotpConfig>.Failed(ObjectStatus.NotFound, "There is no such account.")
            : Done(kind, name, saved, value.Enabled ? "set up" : "switched off", context);
    }

    public async ValueTask<ObjectResult<TotpConfig>> DisableAsync(ObjectKind kind, string name, ChangeContext context, CancellationToken ct)
    {
        name = services.Names.Normalise(name);
        if (await RefusalOfPeerAsync(kind, name, context, ct).ConfigureAwait(false) is { } refusal)
        {
            return ObjectResult<TotpConfig>.Failed(refusal.Status, refusal.Reason);
        }

        return await ChangeAsync(kind, name, _ => new(new(), []), ct).ConfigureAwait(false)
            ? Done(kind, name, new(), "switched off", context)
            : ObjectResult<TotpConfig>.Failed(ObjectStatus.NotFound, "There is no such account.");
    }

    public async ValueTask<ObjectResult<IReadOnlyList<string>>> NewRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct, TotpConfig? seen = null)
    {
        if (OwnNameOf(kind, context) is not { } name)
        {
            return ObjectResult<IReadOnlyList<string>>.Failed(ObjectStatus.Forbidden, NotOwn);
        }

        IReadOnlyList<string> codes = RecoveryCodes.New();
        IReadOnlyList<RecoveryCode> stored = [.. codes.Select(code => new RecoveryCode { Secret = services.Protector.Protect(new() { Status = SecretStatus.Plain, Payload = code }, name) })];
        bool isOther = false;
        bool isDone = await ChangeAsync(
            kind,
            name,
            factor =>
            {
                isOther = IsOther(factor.Totp, seen);
                return factor.Totp.Enabled && !isOther ? factor with { Codes = stored } : null;
            },
            ct).ConfigureAwait(false);
        if (!isDone)
        {
            return isOther
                ? ObjectResult<IReadOnlyList<string>>.Failed(ObjectStatus.VersionConflict, OtherByNow)
                : ObjectResult<IReadOnlyList<string>>.Failed(ObjectStatus.Forbidden, "There are recovery codes only beside a second factor.");
        }

        ServicesLog.SecondFactorChanged(services.Logger, kind, name, "given recovery codes", context.ActorName, context.Remote);
        return ObjectResult<IReadOnlyList<string>>.Done(new(codes, 0));
    }

    public async ValueTask<IReadOnlyList<PlainRecoveryCode>> ListRecoveryCodesAsync(ObjectKind kind, ChangeContext context, CancellationToken ct)
    {
        if (OwnNameOf(kind, context) is not { } name || await FindAsync(kind, name, ct).ConfigureAwait(false) is not { Totp.Enabled: true } factor)
        {
            return [];
        }

        var codes = new List<PlainRecoveryCode>(factor.Codes.Count);
        foreach (RecoveryCode code in factor.Codes)
        {
            if (services.Protector.TryReveal(code.Secret, out string? plain))
            {
                codes.Add(new(plain, code.Used));
            }
        }

        return codes;
    }

    private TotpConfig Check(ObjectKind kind, string name, TotpConfig value, TotpConfig stored, ErrorList errors)
    {
        errors.OneOf("config_name", value.ConfigName.Length == 0 ? services.Options.TotpConfigurations[0] : value.ConfigName, services.Options.TotpConfigurations);
        if (value.Secret is { IsEmpty: false, IsPlain: false, IsRedacted: false })
        {
            errors.AddShown("secret.status", value.Secret.Status, $"{SecretStatus.Plain} (a new secret) or {SecretStatus.Redacted} (the stored one)");
        }

        Secret secret = SecretRules.Merge("secret", value.Secret, stored.Secret, isRestore: false, errors);
        if (secret.IsEmpty || (secret.IsPlain && !TotpSecret.IsValid(secret.Payload)))
        {
            errors.Add("secret", secret.IsEmpty ? "nothing" : "something else (not shown)", $"a secret in base32 of at least {TotpSecret.MinBytes} bytes");
        }

        IReadOnlyList<string> protocols = kind == ObjectKind.Admin ? [] : EnumLists.Of("protocols", value.Protocols, ProtocolNames.WithSecondFactor, errors);
        if (kind == ObjectKind.User && protocols.Count == 0)
        {
            errors.AddMissing("protocols", "one or more of " + string.Join(", ", ProtocolNames.WithSecondFactor));
        }

        return new()
        {
            Enabled = true,
            ConfigName = value.ConfigName.Length == 0 ? services.Options.TotpConfigurations[0] : value.ConfigName,
            Secret = errors.IsEmpty ? services.Protector.Protect(secret, name) : new(),
            Protocols = protocols,
        };
    }

    private static string? RefusalOf(UserAccount user, TotpConfig value)
    {
        if (user.WebClient.Contains(WebClientOptions.MfaDisabled, StringComparer.Ordinal))
        {
            return "This user may not have a second factor.";
        }

        string[] missing = [.. user.Logins.SecondFactorProtocols.Except(value.Enabled ? value.Protocols.OfType<string>() : [], StringComparer.Ordinal)];
        return missing.Length == 0 ? null : $"This user must have a second factor for {string.Join(", ", missing)}.";
    }

    // Whoever switches off its own does so by SaveAsync, which asks more: a stolen API key or session of a peer must not do.
    private async ValueTask<(ObjectStatus Status, string Reason)?> RefusalOfPeerAsync(ObjectKind kind, string name, ChangeContext context, CancellationToken ct)
    {
        (ObjectStatus, string) notFound = (ObjectStatus.NotFound, "There is no such account.");
        if (context.User is not null)
        {
            return (ObjectStatus.Forbidden, "A user cannot switch off second factors of others.");
        }

        if (kind == ObjectKind.User)
        {
            return await users.FindAsync(name, context, ct).ConfigureAwait(false) is null ? notFound : null;
        }

        if (context.Admin?.Username == name)
        {
            return (ObjectStatus.Forbidden, "An administrator switches off its own second factor in its own settings.");
        }

        if (await admins.FindAsync(name, context, ct).ConfigureAwait(false) is not { } admin)
        {
            return notFound;
        }

        return context.Role.Length > 0 || !Descriptors.AdminRights.Covers(context, admin.Value.Permissions)
            ? (ObjectStatus.Forbidden, "An administrator cannot change one who has permissions that it has not.")
            : null;
    }

    private static bool IsOther(TotpConfig stored, TotpConfig? seen) =>
        seen is not null && stored.Enabled && (!seen.Enabled || stored.Secret != seen.Secret || stored.ConfigName != seen.ConfigName);

    private static string? OwnNameOf(ObjectKind kind, ChangeContext context) => kind == ObjectKind.User ? context.User?.UserName : context.User is null ? context.Admin?.Username : null;

    private ObjectResult<TotpConfig> Done(ObjectKind kind, string name, TotpConfig value, string change, ChangeContext context)
    {
        ServicesLog.SecondFactorChanged(services.Logger, kind, name, change, context.ActorName.Length > 0 ? context.ActorName : "the operator", context.Remote);
        return ObjectResult<TotpConfig>.Done(new(value with { Secret = SecretRules.Hide(value.Secret) }, 0));
    }

    private async ValueTask<StoredFactor?> FindAsync(ObjectKind kind, string name, CancellationToken ct) => kind == ObjectKind.User
        ? await users.LoadAsync(name, ct).ConfigureAwait(false) is { } user ? StoredFactor.Of(user.Value) : null
        : await admins.LoadAsync(name, ct).ConfigureAwait(false) is { } admin ? StoredFactor.Of(admin.Value) : null;

    private async ValueTask<bool> ChangeAsync(ObjectKind kind, string name, Func<StoredFactor, StoredFactor?> change, CancellationToken ct) => kind == ObjectKind.User
        ? await users.MutateAsync(name, user => change(StoredFactor.Of(user))?.Into(user, services.Now), ct).ConfigureAwait(false) is not null
        : await admins.MutateAsync(name, admin => change(StoredFactor.Of(admin))?.Into(admin, services.Now), ct).ConfigureAwait(false) is not null;
}
