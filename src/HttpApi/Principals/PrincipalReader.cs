using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Principals;

/// <summary>Finds out who asks, and whether they may do the operation. It fails closed.</summary>
internal sealed class PrincipalReader(HttpApiParts parts, TokenService tokens, ILogger<PrincipalReader> logger)
{
    public const string ApiKeyHeader = "X-SFTPGO-API-KEY";

    private const string BearerScheme = "Bearer ";

    public async ValueTask<Verified> ReadAsync(HttpContext context, ApiAccess access, CancellationToken ct)
    {
        RequestFacts facts = RequestFacts.Of(context);
        if (facts.IsOperator)
        {
            // The operator is no account: what is about "oneself" and what is a user's is not for it.
            return access is { IsForAdmins: true, NeedsToken: false } || (access.IsForAdmins && access.Permission.Length > 0)
                ? Verified.As(ApiPrincipal.Operator)
                : Verified.Not(Answer.Forbidden("This is for accounts; the operator is none."));
        }

        Verified verified = await FindAsync(context.Request, facts.Remote, access, ct).ConfigureAwait(false);
        return verified.Principal is { } principal && WhyForbidden(principal, access) is { } why ? Verified.Not(Forbidden(facts, principal, why)) : verified;
    }

    private static string? WhyForbidden(ApiPrincipal principal, ApiAccess access)
    {
        bool isRightKind = principal.Kind switch
        {
            ApiPrincipalKind.Admin => access.IsForAdmins,
            ApiPrincipalKind.User => access.IsForUsers,
            _ => false,
        };
        if (!isRightKind)
        {
            return "This is for other accounts.";
        }

        if (principal.IsLimited && !access.AllowsLimited)
        {
            return "Choose a new password or set up a second factor first.";
        }

        if (access.NeedsToken && principal.Token is null)
        {
            return "API keys may not do this.";
        }

        return access.Permission.Length > 0 && !principal.Context.Has(access.Permission) ? $"The permission {access.Permission} is needed." : null;
    }

    private IResult Forbidden(RequestFacts facts, ApiPrincipal principal, string why)
    {
        facts.Principal = principal;
        HttpApiLog.Forbidden(logger, principal.ToString(), facts.Remote, why);
        return Answer.Forbidden(why);
    }

    private async ValueTask<Verified> FindAsync(HttpRequest request, IPAddress remote, ApiAccess access, CancellationToken ct)
    {
        if (request.Headers.TryGetValue(ApiKeyHeader, out Microsoft.Extensions.Primitives.StringValues key))
        {
            return await FindByKeyAsync(key.ToString(), remote, ct).ConfigureAwait(false);
        }

        string authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase))
        {
            return Unauthorized(request.HttpContext, "A token or an API key is needed.");
        }

        string token = authorization[BearerScheme.Length..].Trim();
        ApiPrincipal? principal = null;
        if (access.IsForAdmins)
        {
            principal = await FindAdminAsync(token, remote, ct).ConfigureAwait(false);
        }

        if (principal is null && access.IsForUsers)
        {
            principal = await FindUserAsync(token, remote, ct).ConfigureAwait(false);
        }

        return principal is null ? Unauthorized(request.HttpContext, "The token is unknown here, has ended, or was made void.") : Verified.As(principal);
    }

    private async ValueTask<ApiPrincipal?> FindAdminAsync(string value, IPAddress remote, CancellationToken ct)
    {
        if (await tokens.FindAsync(value, TokenAudience.Api, remote, ct).ConfigureAwait(false) is not { } token)
        {
            return null;
        }

        Versioned<Admin>? admin = await parts.Admins.FindAllowedAsync(token.Name, remote, ct).ConfigureAwait(false);
        if (admin is not null && CredentialDigest.Of(admin.Value) == token.Credentials)
        {
            return ApiPrincipal.OfAdmin(admin.Value, remote, value, apiKeyId: null, AdminLoginOutcome.Accepted(admin).IsLimited);
        }

        Admin? now = (await parts.Services.Admins.FindAsync(token.Name, ChangeContext.Operator, ct).ConfigureAwait(false))?.Value;
        await RevokeIfEndedAsync(value, token, now?.Status, now?.Role, ct).ConfigureAwait(false);
        return null;
    }

    private async ValueTask<ApiPrincipal?> FindUserAsync(string value, IPAddress remote, CancellationToken ct)
    {
        if (await tokens.FindAsync(value, TokenAudience.ApiUser, remote, ct).ConfigureAwait(false) is not { } token)
        {
            return null;
        }

        UserAccount? user = await parts.Users.FindAllowedAsync(token.Name, ProtocolNames.Http, remote, ct).ConfigureAwait(false);

        // R2.8: it was given for a password.
        if (user is not null && CredentialDigest.Of(user) == token.Credentials && !user.Logins.DeniedMethods.Contains(LoginMethodNames.Password, StringComparer.Ordinal))
        {
            return ApiPrincipal.OfUser(user, remote, value, apiKeyId: null, IsLimited(user));
        }

        User? now = (await parts.Services.Users.FindAsync(token.Name, ChangeContext.Operator, ct).ConfigureAwait(false))?.Value;
        await RevokeIfEndedAsync(value, token, now?.Status, now?.Role, ct).ConfigureAwait(false);
        return null;
    }

    // Enabled again, or back in its role, an account has none of the tokens of before. It is judged as it is stored: what this node remembers may be older than the token.
    private ValueTask RevokeIfEndedAsync(string value, StoredToken token, int? status, string? role, CancellationToken ct) =>
        status == 1 && role == token.Role ? ValueTask.CompletedTask : tokens.RevokeAsync(value, ct);

    // R2.9 and R2.32, as they are now: what a login was limited for may have been done since.
    private bool IsLimited(UserAccount user)
    {
        LoginRules rules = user.Logins;
        return rules.RequirePasswordChange
            || rules.PasswordExpiresAt <= parts.Time.GetUtcNow()
            || rules.SecondFactorProtocols.Any(protocol => !rules.Totp.Enabled || !rules.Totp.Protocols.Contains(protocol, StringComparer.Ordinal));
    }

    private async ValueTask<Verified> FindByKeyAsync(string key, IPAddress remote, CancellationToken ct)
    {
        ApiKeyOutcome outcome = await parts.ApiKeys.AuthenticateAsync(key, remote, ct).ConfigureAwait(false);
        switch (outcome)
        {
            case { Verdict: ApiKeyVerdict.AcceptedAdmin, Admin: { } admin }:
                return Verified.As(ApiPrincipal.OfAdmin(admin.Value, remote, token: null, outcome.KeyId, isLimited: false));
            case { Verdict: ApiKeyVerdict.AcceptedUser, User: { } user }:
                return Verified.As(ApiPrincipal.OfUser(user, remote, token: null, outcome.KeyId, isLimited: false));
            default:
                return outcome.Verdict == ApiKeyVerdict.Malformed
                    ? Verified.Not(Answer.Refused(StatusCodes.Status400BadRequest, "The API key is none."))
                    : Verified.Not(Answer.Refused(StatusCodes.Status401Unauthorized, "The API key was refused."));
        }
    }

    private static Verified Unauthorized(HttpContext context, string why)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Verified.Not(Answer.Refused(StatusCodes.Status401Unauthorized, why));
    }
}
