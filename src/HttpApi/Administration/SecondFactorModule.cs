using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Second factors of administrators, and switching off those of accounts that lost theirs.</summary>
internal sealed class SecondFactorModule(HttpApiParts parts, SecondFactorEnrolment enrolment) : IHttpApiModule
{
    private const string Tag = "admins";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "GET",
            "/admin/2fa/recoverycodes",
            new ApiOperation("get_admin_recovery_codes", Tag, "The own recovery codes.", ApiAccess.Own) { Answer = typeof(IReadOnlyList<RecoveryCodeAnswer>) },
            call => enrolment.ListCodesAsync(call, ObjectKind.Admin));
        routes.Map(
            "POST",
            "/admin/2fa/recoverycodes",
            new ApiOperation("generate_admin_recovery_codes", Tag, "New recovery codes; the ones before are good for nothing. Needs a code of the second factor, or the password.", ApiAccess.Own)
            {
                Parameters = [ApiParameter.Passcode],
                Body = typeof(SecondFactorHolder),
                IsBodyOptional = true,
                Answer = typeof(IReadOnlyList<string>),
                Statuses = [409],
                IsLogin = true,
            },
            call => enrolment.NewCodesAsync(call, ObjectKind.Admin));
        routes.Map(
            "GET",
            "/admin/totp/configs",
            new ApiOperation("get_admin_totp_configs", Tag, "Configurations of one-time passwords.", ApiAccess.OwnLimited) { Answer = typeof(IReadOnlyList<TotpConfigAnswer>) },
            enrolment.ListConfigsAsync);
        routes.Map(
            "POST",
            "/admin/totp/generate",
            new ApiOperation("generate_admin_totp_secret", Tag, "A new secret, not saved yet.", ApiAccess.OwnLimited) { Body = typeof(TotpGenerate), Answer = typeof(TotpGenerated) },
            enrolment.GenerateAsync);
        routes.Map(
            "POST",
            "/admin/totp/validate",
            new ApiOperation("validate_admin_totp_secret", Tag, "Tries a code of a secret; needed before the secret is saved.", ApiAccess.OwnLimited) { Body = typeof(TotpValidate), IsLogin = true },
            enrolment.ValidateAsync);
        routes.Map(
            "POST",
            "/admin/totp/save",
            new ApiOperation("save_admin_totp_config", Tag, "Turns the own second factor on or off. Where it is on, a code of it or the password is needed. All other tokens of the account end.", ApiAccess.OwnLimited)
            {
                Parameters = [ApiParameter.Passcode],
                Body = typeof(TotpSave),
                Statuses = [409],
                IsLogin = true,
            },
            call => enrolment.SaveAsync(call, ObjectKind.Admin));
        routes.Map(
            "PUT",
            "/admins/{username}/2fa/disable",
            new ApiOperation("disable_admin_2fa", Tag, "Turns an administrator's second factor off.", ApiAccess.Admin(AdminPermissionNames.ManageAdmins)),
            call => DisableAsync(call, ObjectKind.Admin));
        routes.Map(
            "PUT",
            "/users/{username}/2fa/disable",
            new ApiOperation("disable_user_2fa", "users", "Turns a user's second factor off.", ApiAccess.Admin(AdminPermissionNames.DisableMfa)),
            call => DisableAsync(call, ObjectKind.User));
    }

    private async ValueTask<IResult> DisableAsync(ApiCall call, ObjectKind kind)
    {
        ObjectResult<TotpConfig> result = await parts.Services.SecondFactors.DisableAsync(kind, call.Route("username"), call.Context, call.Aborted).ConfigureAwait(false);
        return result.Status == ObjectStatus.Done ? Answer.Done("2FA disabled") : Answer.Of(result);
    }
}
