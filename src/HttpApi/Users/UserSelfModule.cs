using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Administration;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Users;

/// <summary>What users do about themselves: password, profile, second factor. With tokens alone (R3.23), as far as their web client options allow.</summary>
internal sealed class UserSelfModule(HttpApiParts parts, SecondFactorEnrolment enrolment) : IHttpApiModule
{
    private const string Tag = "user APIs";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "PUT",
            "/user/changepwd",
            new ApiOperation("change_user_password", Tag, "Changes the own password; all tokens of the account end.", ApiAccess.UserTokenLimited) { Body = typeof(PasswordChange), IsLogin = true },
            UserRules.Unless(WebClientOptions.PasswordChangeDisabled, ChangePasswordAsync));
        routes.Map("GET", "/user/profile", new ApiOperation("get_user_profile", Tag, "The own profile.", ApiAccess.UserToken) { Answer = typeof(UserProfile) }, GetProfileAsync);
        routes.Map(
            "PUT",
            "/user/profile",
            new ApiOperation("update_user_profile", Tag, "Changes the own profile, as far as the user may; what is not said stays.", ApiAccess.UserToken) { Body = typeof(UserProfile) },
            UpdateProfileAsync);
        MapSecondFactors(routes);
    }

    private void MapSecondFactors(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            "/user/2fa/recoverycodes",
            new ApiOperation("get_user_recovery_codes", Tag, "The own recovery codes.", ApiAccess.UserToken) { Answer = typeof(IReadOnlyList<RecoveryCodeAnswer>) },
            Mfa(call => enrolment.ListCodesAsync(call, ObjectKind.User)));
        routes.Map(
            "POST",
            "/user/2fa/recoverycodes",
            new ApiOperation("generate_user_recovery_codes", Tag, "New recovery codes; the ones before are good for nothing. Needs a code of the second factor, or the password.", ApiAccess.UserToken)
            {
                Parameters = [ApiParameter.Passcode],
                Body = typeof(SecondFactorHolder),
                IsBodyOptional = true,
                Answer = typeof(IReadOnlyList<string>),
                Statuses = [409],
                IsLogin = true,
            },
            Mfa(call => enrolment.NewCodesAsync(call, ObjectKind.User)));
        routes.Map(
            "GET",
            "/user/totp/configs",
            new ApiOperation("get_user_totp_configs", Tag, "Configurations of one-time passwords.", ApiAccess.UserTokenLimited) { Answer = typeof(IReadOnlyList<TotpConfigAnswer>) },
            Mfa(enrolment.ListConfigsAsync));
        routes.Map(
            "POST",
            "/user/totp/generate",
            new ApiOperation("generate_user_totp_secret", Tag, "A new secret, not saved yet.", ApiAccess.UserTokenLimited) { Body = typeof(TotpGenerate), Answer = typeof(TotpGenerated) },
            Mfa(enrolment.GenerateAsync));
        routes.Map(
            "POST",
            "/user/totp/validate",
            new ApiOperation("validate_user_totp_secret", Tag, "Tries a code of a secret; needed before the secret is saved.", ApiAccess.UserTokenLimited) { Body = typeof(TotpValidate), IsLogin = true },
            Mfa(enrolment.ValidateAsync));
        routes.Map(
            "POST",
            "/user/totp/save",
            new ApiOperation("save_user_totp_config", Tag, "Turns the own second factor on, for some protocols, or off. Where it is on, a code of it or the password is needed. All other tokens of the account end.", ApiAccess.UserTokenLimited)
            {
                Parameters = [ApiParameter.Passcode],
                Body = typeof(TotpSave),
                Statuses = [409],
                IsLogin = true,
            },
            Mfa(call => enrolment.SaveAsync(call, ObjectKind.User)));
    }

    private static ApiHandler Mfa(ApiHandler handler) => UserRules.Unless(WebClientOptions.MfaDisabled, handler);

    private async ValueTask<IResult> ChangePasswordAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.PasswordChange).ConfigureAwait(false)).TryGet(out PasswordChange? change, out IResult? refusal))
        {
            return refusal;
        }

        if (change.CurrentPassword.Length == 0 || change.NewPassword.Length == 0 || change.CurrentPassword == change.NewPassword)
        {
            return Answer.Invalid(change.CurrentPassword.Length == 0 ? "current_password" : "new_password", "nothing, or the password of now", "the password of now, and another one");
        }

        if (!await IsCurrentAsync(call, change.CurrentPassword).ConfigureAwait(false))
        {
            return Answer.Invalid("current_password", "something else", "the password of now");
        }

        ObjectResult<User> changed = await parts.Services.Profiles.ChangeUserPasswordAsync(change.NewPassword, call.Context, call.Aborted).ConfigureAwait(false);
        return changed.Status == ObjectStatus.Done ? Answer.Done("Password updated") : Answer.Of(changed);
    }

    private async ValueTask<bool> IsCurrentAsync(ApiCall call, string password)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(password);
        var attempt = new LoginAttempt
        {
            UserName = call.Principal.Name,
            Password = bytes,
            RemoteAddress = call.Remote,
            Protocol = ProtocolNames.Http,
            Method = LoginMethod.Password,
        };
        LoginOutcome outcome = await parts.Users.AuthenticateAsync(attempt, call.Aborted).ConfigureAwait(false);

        CryptographicOperations.ZeroMemory(bytes);

        // A second factor that is asked for means that the password was right.
        return outcome.Verdict is LoginVerdict.Accepted or LoginVerdict.PasscodeNeeded;
    }

    private async ValueTask<IResult> GetProfileAsync(ApiCall call)
    {
        if (await parts.Services.Users.FindAsync(call.Principal.Name, call.Context, call.Aborted).ConfigureAwait(false) is not { } found)
        {
            return Answer.NotFound("There is no such user.");
        }

        User user = found.Value;
        var profile = new UserProfile
        {
            Email = user.Email,
            AdditionalEmails = user.Filters.AdditionalEmails,
            Description = user.Description,
            AllowApiKeyAuth = user.Filters.AllowApiKeyAuth,
            PublicKeys = user.PublicKeys,
            TlsCerts = user.Filters.TlsCerts,
        };
        return Answer.Ok(profile, HttpApiJson.Default.UserProfile);
    }

    private async ValueTask<IResult> UpdateProfileAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.UserProfile).ConfigureAwait(false)).TryGet(out UserProfile? profile, out IResult? refusal))
        {
            return refusal;
        }

        var change = new UserProfileChange
        {
            Email = profile.Email,
            AdditionalEmails = profile.AdditionalEmails,
            Description = profile.Description,
            AllowApiKeyAuth = profile.AllowApiKeyAuth,
            PublicKeys = profile.PublicKeys,
            TlsCerts = profile.TlsCerts,
        };
        ObjectResult<User> changed = await parts.Services.Profiles.UpdateUserAsync(change, call.Context, call.Aborted).ConfigureAwait(false);
        return changed.Status == ObjectStatus.Done ? Answer.Done("Profile updated") : Answer.Of(changed);
    }
}
