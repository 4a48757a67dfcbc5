using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.SecondFactor;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Hpc.HttpApi.Administration;

/// <summary>
/// Setting up a second factor (R2.30), the same for administrators and users: a secret, a code of it, and only then the account. A secret is saved
/// only after its account has shown a code of it here, so that nobody locks oneself out, and nobody else's secret is slipped in.
/// </summary>
internal sealed class SecondFactorEnrolment(HttpApiParts parts, TokenService tokens, SecondFactorProof proof)
{
    private static readonly TimeSpan ProofTime = TimeSpan.FromMinutes(30);

    public ValueTask<IResult> ListConfigsAsync(ApiCall call) => new(Answer.Ok(SecondFactorAnswers.Configs(parts.SecondFactors), HttpApiJson.Default.IReadOnlyListTotpConfigAnswer));

    public async ValueTask<IResult> GenerateAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.TotpGenerate).ConfigureAwait(false)).TryGet(out TotpGenerate? asked, out IResult? refusal))
        {
            return refusal;
        }

        return Find(asked.ConfigName) is { } settings ? Answer.Ok(SecondFactorAnswers.Generate(settings, call.Principal.Name), HttpApiJson.Default.TotpGenerated) : UnknownConfig();
    }

    public async ValueTask<IResult> ValidateAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.TotpValidate).ConfigureAwait(false)).TryGet(out TotpValidate? shown, out IResult? refusal))
        {
            return refusal;
        }

        if (Find(shown.ConfigName) is not { } settings)
        {
            return UnknownConfig();
        }

        if (!TotpSecret.IsValid(shown.Secret))
        {
            return Answer.Invalid("secret", "something else (not shown)", "a secret in base32");
        }

        if (!parts.SecondFactors.Fits(settings, shown.Secret, shown.Passcode))
        {
            return Answer.Invalid("passcode", "something else", "the code of now");
        }

        await parts.Provider.Ephemeral.PutAsync(ProofOf(call, settings.Name, shown.Secret), ReadOnlyMemory<byte>.Empty, parts.Time.GetUtcNow() + ProofTime, call.Aborted).ConfigureAwait(false);
        return Answer.Done("Passcode successfully validated");
    }

    public async ValueTask<IResult> SaveAsync(ApiCall call, ObjectKind kind)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.TotpSave).ConfigureAwait(false)).TryGet(out TotpSave? body, out IResult? refusal))
        {
            return refusal;
        }

        TotpConfig stored = StoredOf(call);
        TotpConfig config = body.Config;
        bool isNew = config.Enabled && !IsStoredOne(config, stored);
        string? validated = isNew ? ValidatedOf(call, config) : null;

        // Looked at first and used up last, so that neither a code nor the proof is spent on what is refused.
        if (isNew && (validated is null || await parts.Provider.Ephemeral.FindAsync(validated, call.Aborted).ConfigureAwait(false) is null))
        {
            return Unproven();
        }

        if (await proof.WhyRefusedAsync(call, stored, body.Passcode, body.CurrentPassword).ConfigureAwait(false) is { } forbidden)
        {
            return forbidden;
        }

        if (isNew && !await parts.Provider.Ephemeral.TryRemoveAsync(validated!, call.Aborted).ConfigureAwait(false))
        {
            return Unproven();
        }

        ISecondFactorService service = parts.Services.SecondFactors;
        ObjectResult<TotpConfig> saved = await service.SaveAsync(kind, config, call.Context, call.Aborted, stored).ConfigureAwait(false);
        if (saved.Status != ObjectStatus.Done)
        {
            return Answer.Of(saved);
        }

        if (config.Enabled && (await service.ListRecoveryCodesAsync(kind, call.Context, call.Aborted).ConfigureAwait(false)).Count == 0)
        {
            await service.NewRecoveryCodesAsync(kind, call.Context, call.Aborted).ConfigureAwait(false);
        }

        // All other tokens of the account end; this one goes on, for the recovery codes.
        await RebindAsync(call, kind, stored).ConfigureAwait(false);
        return Answer.Done("TOTP configuration saved");
    }

    public async ValueTask<IResult> ListCodesAsync(ApiCall call, ObjectKind kind)
    {
        IReadOnlyList<PlainRecoveryCode> codes = await parts.Services.SecondFactors.ListRecoveryCodesAsync(kind, call.Context, call.Aborted).ConfigureAwait(false);
        return Answer.Ok([.. codes.Select(code => new RecoveryCodeAnswer(code.Code, code.IsUsed))], HttpApiJson.Default.IReadOnlyListRecoveryCodeAnswer);
    }

    public async ValueTask<IResult> NewCodesAsync(ApiCall call, ObjectKind kind)
    {
        SecondFactorHolder body = new();
        if (call.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false && call.Http.Request.ContentLength != 0)
        {
            if (!(await call.ReadAsync(HttpApiJson.Default.SecondFactorHolder).ConfigureAwait(false)).TryGet(out SecondFactorHolder? sent, out IResult? refusal))
            {
                return refusal;
            }

            body = sent;
        }

        TotpConfig stored = StoredOf(call);
        if (await proof.WhyRefusedAsync(call, stored, body.Passcode, body.CurrentPassword).ConfigureAwait(false) is { } forbidden)
        {
            return forbidden;
        }

        ObjectResult<IReadOnlyList<string>> made = await parts.Services.SecondFactors.NewRecoveryCodesAsync(kind, call.Context, call.Aborted, stored).ConfigureAwait(false);
        return made is { Status: ObjectStatus.Done, Value: { } codes } ? Answer.Ok(codes.Value, HttpApiJson.Default.IReadOnlyListString) : Answer.Of(made);
    }

    private static IResult UnknownConfig() => Answer.Invalid("config_name", "something else", "one of the configurations of the server");

    private static IResult Unproven() => Answer.Invalid("secret", "a secret without proof (not shown)", "a secret that a code was validated of before, by this account");

    private static TotpConfig StoredOf(ApiCall call) => call.Principal.Admin?.Filters.Totp ?? call.Principal.User?.Logins.Totp ?? new();

    /// <summary>The secret that is in use, for the configuration that it was validated for: the one thing that needs no code of it again.</summary>
    private bool IsStoredOne(TotpConfig config, TotpConfig stored) =>
        stored is { Enabled: true, Secret.IsEmpty: false } && config.Secret.IsRedacted && Find(config.ConfigName) is { } settings && settings == Find(stored.ConfigName);

    /// <summary>Name of the mark that a code of this secret was shown; null if none can have been.</summary>
    private string? ValidatedOf(ApiCall call, TotpConfig config) =>
        config.Secret.IsPlain && Find(config.ConfigName) is { } settings ? ProofOf(call, settings.Name, config.Secret.Payload) : null;

    private TotpSettings? Find(string name) => name.Length == 0 ? parts.SecondFactors.Settings[0] : parts.SecondFactors.Find(name);

    // What the token was given for must be what the account would be without this change: another password of the same moment ends it.
    private async ValueTask RebindAsync(ApiCall call, ObjectKind kind, TotpConfig before)
    {
        if (call.Principal.Token is not { } token)
        {
            return;
        }

        if (kind == ObjectKind.Admin)
        {
            if (await parts.Admins.FindAllowedAsync(call.Principal.Name, call.Remote, call.Aborted).ConfigureAwait(false) is { Value: { } admin })
            {
                Admin old = admin with { Filters = admin.Filters with { Totp = before } };
                await tokens.RebindAsync(token, CredentialDigest.Of(old), CredentialDigest.Of(admin), call.Aborted).ConfigureAwait(false);
            }
        }
        else if (await parts.Users.FindAllowedAsync(call.Principal.Name, ProtocolNames.Http, call.Remote, call.Aborted).ConfigureAwait(false) is { } account
            && await parts.Services.Users.FindAsync(call.Principal.Name, call.Context, call.Aborted).ConfigureAwait(false) is { Value: { } user })
        {
            User old = user with { Filters = user.Filters with { Totp = before } };
            string was = CredentialDigest.Of(account with { CredentialStamp = CredentialStamps.Of(old) });
            await tokens.RebindAsync(token, was, CredentialDigest.Of(account with { CredentialStamp = CredentialStamps.Of(user) }), call.Aborted).ConfigureAwait(false);
        }
    }

    // Account, configuration and secret together: none of them can be another one when it is saved.
    private static string ProofOf(ApiCall call, string config, string secret)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret.Trim().TrimEnd('='));
        byte[] digest = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{(int)call.Principal.Kind}:{call.Principal.Name}:{config}"));
        CryptographicOperations.ZeroMemory(key);
        return "totp-proof:" + Convert.ToHexStringLower(digest);
    }
}
