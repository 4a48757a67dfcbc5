using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Administration;

/// <summary>Which program this is, and how its services are.</summary>
internal sealed partial class StatusModule(HttpApiParts parts, HttpApiOptions options, ILogger<StatusModule> logger) : IHttpApiModule
{
    private const string Tag = "maintenance";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Map("GET", "/version", new ApiOperation("get_version", Tag, "Which program this is.", ApiAccess.AnyAdmin) { Answer = typeof(VersionInfo) }, VersionAsync);
        routes.Map("GET", "/status", new ApiOperation("get_status", Tag, "The state of the services.", ApiAccess.Admin(AdminPermissionNames.ViewStatus)) { Answer = typeof(ServicesStatus) }, StatusAsync);
    }

    private ValueTask<IResult> VersionAsync(ApiCall call) =>
        new(Answer.Ok(new VersionInfo { Version = options.Version, Features = ["+" + parts.Provider.Driver] }, HttpApiJson.Default.VersionInfo));

    private async ValueTask<IResult> StatusAsync(ApiCall call)
    {
        ServicesStatus status = parts.Status is null ? new() : await parts.Status.ReadAsync(call.Aborted).ConfigureAwait(false);
        return Answer.Ok(
            status with
            {
                DataProvider = await ProviderAsync(call.Aborted).ConfigureAwait(false),
                Mfa = new MfaStatus { IsActive = parts.SecondFactors.Settings.Count > 0, TotpConfigs = SecondFactorAnswers.Configs(parts.SecondFactors) },
            },
            HttpApiJson.Default.ServicesStatus);
    }

    private async ValueTask<DataProviderStatus> ProviderAsync(CancellationToken ct)
    {
        try
        {
            await parts.Provider.PingAsync(ct).ConfigureAwait(false);
            return new DataProviderStatus { IsActive = true, Driver = parts.Provider.Driver };
        }
#pragma warning disable CA1031 // Whatever is wrong with it is what was asked for.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            ProviderAway(logger, e);
            return new DataProviderStatus { Driver = parts.Provider.Driver, Error = "It does not answer; the server's log says why." };
        }
    }

    [LoggerMessage(6020, LogLevel.Error, "The data provider does not answer.")]
    private static partial void ProviderAway(ILogger logger, Exception exception);
}
