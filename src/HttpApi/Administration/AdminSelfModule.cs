using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>What administrators do about themselves: password and profile. With tokens alone (R3.23).</summary>
internal sealed class AdminSelfModule(HttpApiParts parts) : IHttpApiModule
{
    private const string Tag = "admins";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map(
            "PUT",
            "/admin/changepwd",
            new ApiOperation("change_admin_password", Tag, "Changes the own password; all tokens of the account end.", ApiAccess.OwnLimited) { Body = typeof(PasswordChange), IsLogin = true },
            ChangePasswordAsync);
        routes.Map("GET", "/admin/profile", new ApiOperation("get_admin_profile", Tag, "The own profile.", ApiAccess.Own) { Answer = typeof(AdminProfile) }, GetProfileAsync);
        routes.Map("PUT", "/admin/profile", new ApiOperation("update_admin_profile", Tag, "Changes the own profile.", ApiAccess.Own) { Body = typeof(AdminProfile) }, UpdateProfileAsync);
    }

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

        // A second factor that is asked for means that the password was right.
        byte[] current = Encoding.UTF8.GetBytes(change.CurrentPassword);
        var attempt = new AdminLoginAttempt { UserName = call.Principal.Name, RemoteAddress = call.Remote, Password = current };
        AdminLoginOutcome outcome = await parts.Admins.AuthenticateAsync(attempt, call.Aborted).ConfigureAwait(false);
        CryptographicOperations.ZeroMemory(current);
        if (outcome.Verdict == AdminLoginVerdict.Refused)
        {
            return Answer.Invalid("current_password", "something else", "the password of now");
        }

        ObjectResult<Admin> changed = await parts.Services.Profiles.ChangeAdminPasswordAsync(change.NewPassword, call.Context, call.Aborted).ConfigureAwait(false);
        return changed.Status == ObjectStatus.Done ? Answer.Done("Password updated") : Answer.Of(changed);
    }

    private ValueTask<IResult> GetProfileAsync(ApiCall call)
    {
        Admin admin = call.Principal.Admin!;
        return new(Answer.Ok(
            new AdminProfile { Email = admin.Email, Description = admin.Description, AllowApiKeyAuth = admin.Filters.AllowApiKeyAuth }, HttpApiJson.Default.AdminProfile));
    }

    private async ValueTask<IResult> UpdateProfileAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.AdminProfile).ConfigureAwait(false)).TryGet(out AdminProfile? profile, out IResult? refusal))
        {
            return refusal;
        }

        // A replacement, as everywhere: what is not said is empty.
        var change = new AdminProfileChange { Email = profile.Email ?? "", Description = profile.Description ?? "", AllowApiKeyAuth = profile.AllowApiKeyAuth };
        ObjectResult<Admin> changed = await parts.Services.Profiles.UpdateAdminAsync(change, call.Context, call.Aborted).ConfigureAwait(false);
        return changed.Status == ObjectStatus.Done ? Answer.Done("Profile updated") : Answer.Of(changed);
    }
}
