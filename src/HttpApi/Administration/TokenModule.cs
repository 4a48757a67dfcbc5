using System.Globalization;
using System.Text;
using Hpc.Accounts;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Principals;
using Hpc.HttpApi.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Administration;

/// <summary>Tokens, for administrators and users: given for a password, and taken back.</summary>
internal sealed class TokenModule(HttpApiParts parts, TokenService tokens, ILogger<TokenModule> logger) : IHttpApiModule
{
    private const string Tag = "token";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("GET", "/token", TokenOperation("get_token", "A new token of an administrator, for name and password."), IssueForAdminAsync);
        routes.Map("GET", "/user/token", TokenOperation("get_user_token", "A new token of a user, for name and password."), IssueForUserAsync);
        routes.Map("GET", "/logout", new ApiOperation("logout", Tag, "Makes the administrator's token void, on every node.", ApiAccess.OwnLimited), RevokeAsync);
        routes.Map("GET", "/user/logout", new ApiOperation("client_logout", Tag, "Makes the user's token void, on every node.", ApiAccess.UserTokenLimited), RevokeAsync);
    }

    private static ApiOperation TokenOperation(string id, string summary) => new(id, Tag, summary, ApiAccess.Anybody)
    {
        Parameters = [ApiParameter.Passcode],
        Answer = typeof(TokenAnswer),
        Statuses = [401],
        IsLogin = true,
    };

    private async ValueTask<IResult> RevokeAsync(ApiCall call)
    {
        await tokens.RevokeAsync(call.Principal.Token!, call.Aborted).ConfigureAwait(false);
        return Answer.Done("Your token has been invalidated");
    }

    private async ValueTask<IResult> IssueForAdminAsync(ApiCall call)
    {
        using BasicCredentials? basic = BasicCredentials.Read(call.Http.Request);
        if (basic is null)
        {
            return Unauthorized(call, "Name and password are needed.");
        }

        var attempt = new AdminLoginAttempt { UserName = basic.UserName, Password = basic.Password, RemoteAddress = call.Remote, Passcode = PasscodeOf(call) };
        AdminLoginOutcome outcome = await parts.Admins.AuthenticateAsync(attempt, call.Aborted).ConfigureAwait(false);
        if (outcome is not { Verdict: AdminLoginVerdict.Accepted, Admin: { } accepted })
        {
            return Refused(call, "admin", basic.UserName, outcome.Reason, outcome.Verdict == AdminLoginVerdict.PasscodeNeeded);
        }

        // For the account that the password was verified of, not for what it may have become since.
        Admin admin = accepted.Value;
        return await GiveAsync(call, TokenAudience.Api, admin.Username, admin.Role, CredentialDigest.Of(admin)).ConfigureAwait(false);
    }

    private async ValueTask<IResult> IssueForUserAsync(ApiCall call)
    {
        using BasicCredentials? basic = BasicCredentials.Read(call.Http.Request);
        if (basic is null)
        {
            return Unauthorized(call, "Name and password are needed.");
        }

        var attempt = new LoginAttempt
        {
            UserName = basic.UserName,
            Password = basic.Password,
            RemoteAddress = call.Remote,
            Protocol = ProtocolNames.Http,
            Method = LoginMethod.Password,
            Passcode = PasscodeOf(call),
        };
        LoginOutcome outcome = await parts.Users.AuthenticateAsync(attempt, call.Aborted).ConfigureAwait(false);
        if (outcome is not { Verdict: LoginVerdict.Accepted, User: { } user })
        {
            return Refused(call, "user", basic.UserName, outcome.Reason, outcome.Verdict == LoginVerdict.PasscodeNeeded);
        }

        return await GiveAsync(call, TokenAudience.ApiUser, user.UserName, user.Role, CredentialDigest.Of(user)).ConfigureAwait(false);
    }

    private async ValueTask<IResult> GiveAsync(ApiCall call, TokenAudience audience, string name, string role, string credentials)
    {
        IssuedToken token = await tokens.IssueAsync(audience, name, role, credentials, call.Remote, call.Aborted).ConfigureAwait(false);
        string account = audience == TokenAudience.Api ? "admin" : "user";
        HttpApiMetrics.LoggedIn(account, "accepted");
        HttpApiLog.TokenIssued(logger, $"{account} {name}", call.Remote, token.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        return Answer.Ok(new TokenAnswer { AccessToken = token.Value, ExpiresAt = token.ExpiresAt }, HttpApiJson.Default.TokenAnswer);
    }

    private IResult Refused(ApiCall call, string account, string name, string? reason, bool isPasscodeNeeded)
    {
        HttpApiMetrics.LoggedIn(account, isPasscodeNeeded ? "passcode_needed" : "refused");
        HttpApiLog.LoginRefused(logger, $"{account} {name}", call.Remote, reason ?? (isPasscodeNeeded ? "a one-time password is needed" : "refused"));
        return Unauthorized(call, isPasscodeNeeded ? $"A one-time password is needed in {ApiParameter.Passcode.Name}." : "Name or password is wrong, or the account may not log in here.");
    }

    private static IResult Unauthorized(ApiCall call, string why)
    {
        call.Http.Response.Headers.WWWAuthenticate = "Basic realm=\"hpc\", charset=\"UTF-8\"";
        return Answer.Refused(StatusCodes.Status401Unauthorized, why);
    }

    private static string? PasscodeOf(ApiCall call) => call.Http.Request.Headers.TryGetValue(ApiParameter.Passcode.Name, out Microsoft.Extensions.Primitives.StringValues code) ? code.ToString() : null;
}
