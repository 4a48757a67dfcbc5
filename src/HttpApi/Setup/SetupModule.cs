using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Hosting;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Setup;

/// <summary>The first administrator, with the installation code (R2.61). An addition to the API.</summary>
internal sealed class SetupModule(HttpApiParts parts, HttpApiOptions options, ILogger<SetupModule> logger) : IHttpApiModule
{
    private const string Tag = "setup";

    private readonly FirstAdmin _first = new(parts.Services, parts.Provider, parts.Time, parts.Loggers.CreateLogger<FirstAdmin>());

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("GET", "/setup", new ApiOperation("get_setup", Tag, "Whether there is an administrator.", ApiAccess.Anybody) { Answer = typeof(SetupState), IsLogin = true }, StateAsync);
        routes.Map(
            "POST",
            "/setup",
            new ApiOperation("setup", Tag, "Makes the first administrator, with the code that the server printed when it started.", ApiAccess.Anybody)
            {
                Body = typeof(SetupRequest),
                Success = 201,
                Answer = typeof(Admin),
                Statuses = [403, 409],
                IsLogin = true,
            },
            SetUpAsync);
    }

    private async ValueTask<IResult> StateAsync(ApiCall call) =>
        Answer.Ok(new SetupState(await _first.IsNeededAsync(call.Aborted).ConfigureAwait(false)), HttpApiJson.Default.SetupState);

    private async ValueTask<IResult> SetUpAsync(ApiCall call)
    {
        if (!await _first.IsNeededAsync(call.Aborted).ConfigureAwait(false))
        {
            return AlreadyThere();
        }

        if (!(await call.ReadAsync(HttpApiJson.Default.SetupRequest).ConfigureAwait(false)).TryGet(out SetupRequest? request, out IResult? refusal))
        {
            return refusal;
        }

        if (string.IsNullOrWhiteSpace(request.InstallationCode))
        {
            return Answer.Invalid("installation_code", "nothing", "the code that the server printed when it started");
        }

        if (!IsCode(request.InstallationCode))
        {
            HttpApiLog.LoginRefused(logger, "setup", call.Remote, "wrong installation code");
            return Answer.Forbidden("The installation code is wrong. The server prints it when it starts.");
        }

        ObjectResult<Admin>? result = await _first.TryMakeAsync(request.Username, request.Password, call.Aborted).ConfigureAwait(false);
        if (result is null)
        {
            return AlreadyThere();
        }

        if (result is not { Status: ObjectStatus.Done, Value: { } made })
        {
            return Answer.Of(result);
        }

        HttpApiLog.SetUp(logger, made.Value.Username, call.Remote);
        call.SetLocation("/admins", made.Value.Username);
        return Answer.Json(StatusCodes.Status201Created, parts.Services.Admins.Redact(made.Value), AccountsJson.Default.Admin);
    }

    private static IResult AlreadyThere() => Answer.Refused(StatusCodes.Status409Conflict, "There is an administrator already, or one is being made at this moment.");

    private bool IsCode(string given) => options.InstallationCode.Length > 0
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given.Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(options.InstallationCode)));
}
