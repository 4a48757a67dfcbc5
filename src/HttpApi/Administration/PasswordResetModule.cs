using Hpc.Accounts.Authentication;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>New passwords for who forgot theirs (R2.60). Whether there is such an account is told to nobody.</summary>
internal sealed class PasswordResetModule(HttpApiParts parts) : IHttpApiModule
{
    private const string NoMail = "This server sends no mail.";

    public void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/admins", "admins", "admin", ObjectKind.Admin);
        Map(routes, "/users", "users", "user", ObjectKind.User);
    }

    private void Map(IEndpointRouteBuilder routes, string path, string tag, string noun, ObjectKind kind)
    {
        routes.Map(
            "POST",
            path + "/{username}/forgot-password",
            new ApiOperation($"{noun}_forgot_password", tag, "Sends a code for a new password to the account's address, if there is such an account.", ApiAccess.Anybody) { IsLogin = true, Statuses = [501] },
            call => RequestAsync(call, kind));
        routes.Map(
            "POST",
            path + "/{username}/reset-password",
            new ApiOperation($"{noun}_reset_password", tag, "Sets a new password with a code.", ApiAccess.Anybody) { Body = typeof(PasswordReset), IsLogin = true, Statuses = [403, 501] },
            call => CompleteAsync(call, kind));
    }

    private async ValueTask<IResult> RequestAsync(ApiCall call, ObjectKind kind)
    {
        if (!parts.SendsMail)
        {
            return Answer.NotImplemented(NoMail);
        }

        await parts.Services.PasswordResets.RequestAsync(kind, call.Route("username"), call.Remote, call.Aborted).ConfigureAwait(false);
        return Answer.Done("Check your email for the confirmation code");
    }

    private async ValueTask<IResult> CompleteAsync(ApiCall call, ObjectKind kind)
    {
        // Nobody has a code, and what is tried is not remembered.
        if (!parts.SendsMail)
        {
            return Answer.NotImplemented(NoMail);
        }

        if (!(await call.ReadAsync(HttpApiJson.Default.PasswordReset).ConfigureAwait(false)).TryGet(out PasswordReset? reset, out IResult? refusal))
        {
            return refusal;
        }

        ObjectResult<IAccountObject> result = await parts.Services.PasswordResets.CompleteAsync(
            kind, call.Route("username"), reset.Code, reset.Password, call.Remote, call.Aborted).ConfigureAwait(false);
        if (result.Status == ObjectStatus.Forbidden)
        {
            parts.Logins?.OnLogin(call.Remote, ProtocolNames.Http, LoginEvent.Failed);
        }

        return result.Status == ObjectStatus.Done ? Answer.Done("Password reset successful") : Answer.Of(result);
    }
}
