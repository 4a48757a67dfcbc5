using System.Globalization;
using System.Net;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Hosts with a score, or banned (R6.9).</summary>
internal sealed class DefenderModule(HttpApiParts parts) : IHttpApiModule
{
    private const string Tag = "defender";

    // Two hexadecimal digits for each character of the longest address.
    private const int MaxId = 2 * 64;

    private const int MaxMinutes = 30 * 24 * 60;

    private static readonly ApiParameter Id = new("id", "The text of the address in hexadecimal digits.", ApiParameterPlace.Path);

    private readonly IDefenderHosts _hosts = parts.Defender ?? new EphemeralDefenderHosts(parts.Provider.Ephemeral);

    public void Map(IEndpointRouteBuilder routes)
    {
        var view = ApiAccess.Admin(AdminPermissionNames.ViewDefender);
        routes.Map("GET", "/defender/hosts", new ApiOperation("get_defender_hosts", Tag, "Hosts with a score, or banned.", view) { Answer = typeof(IReadOnlyList<DefenderEntry>) }, ListAsync);
        routes.Map("GET", "/defender/hosts/{id}", new ApiOperation("get_defender_host_by_id", Tag, "One host.", view) { Parameters = [Id], Answer = typeof(DefenderEntry) }, GetAsync);
        routes.Map(
            "DELETE",
            "/defender/hosts/{id}",
            new ApiOperation("delete_defender_host_by_id", Tag, "Forgets a host's score and lifts its ban.", ApiAccess.Admin(AdminPermissionNames.ManageDefender)) { Parameters = [Id] },
            DeleteAsync);
        routes.Map(
            "POST",
            "/defender/hosts",
            new ApiOperation("ban_defender_host", Tag, "Bans a host.", ApiAccess.Admin(AdminPermissionNames.ManageDefender)) { Body = typeof(DefenderBan), Statuses = [409, 501] },
            BanAsync);
    }

    private static bool TryAddress(ApiCall call, out IPAddress address, out IResult? refusal)
    {
        address = IPAddress.None;
        refusal = null;
        string id = call.Route("id");
        byte[] text = new byte[MaxId / 2];
        if (id.Length <= MaxId
            && Convert.FromHexString(id, text, out _, out int length) == System.Buffers.OperationStatus.Done
            && IPAddress.TryParse(Encoding.Latin1.GetString(text, 0, length), out IPAddress? parsed))
        {
            address = parsed;
            return true;
        }

        refusal = Answer.Invalid("{id}", ParameterText.Found(id), "the text of an address in hexadecimal digits");
        return false;
    }

    private async ValueTask<IResult> ListAsync(ApiCall call) => Answer.Ok(await _hosts.ListAsync(call.Aborted).ConfigureAwait(false), HttpApiJson.Default.IReadOnlyListDefenderEntry);

    private async ValueTask<IResult> GetAsync(ApiCall call)
    {
        if (!TryAddress(call, out IPAddress address, out IResult? refusal))
        {
            return refusal!;
        }

        return await _hosts.FindAsync(address, call.Aborted).ConfigureAwait(false) is { } host ? Answer.Ok(host, HttpApiJson.Default.DefenderEntry) : Answer.NotFound("This host has no score.");
    }

    private async ValueTask<IResult> BanAsync(ApiCall call)
    {
        if (!(await call.ReadAsync(HttpApiJson.Default.DefenderBan).ConfigureAwait(false)).TryGet(out DefenderBan? ban, out IResult? refusal))
        {
            return refusal;
        }

        if (!IPAddress.TryParse(ban.Ip, out IPAddress? address) || ban.Ip.Length > MaxId / 2)
        {
            return Answer.Invalid("ip", ParameterText.Found(ban.Ip), "an address");
        }

        if (ban.Minutes is < 0 or > MaxMinutes)
        {
            return Answer.Invalid("minutes", ParameterText.Found(ban.Minutes.ToString(CultureInfo.InvariantCulture)), $"a whole number from 0 to {MaxMinutes}");
        }

        return await _hosts.BanAsync(address, TimeSpan.FromMinutes(ban.Minutes), call.Aborted).ConfigureAwait(false) switch
        {
            HostBanResult.Done => Answer.Done(),
            HostBanResult.IsProxy => Answer.Refused(StatusCodes.Status409Conflict, "The address is a trusted proxy's: a ban would close the door to everybody behind it."),
            HostBanResult.Full => Answer.Refused(StatusCodes.Status409Conflict, "There are as many bans by hand as there may be; lift some, or put networks on the defender's list."),
            HostBanResult.HereAlone => Answer.Refused(
                StatusCodes.Status503ServiceUnavailable,
                "The host is banned on this node alone: the cluster's database did not answer. This node tells the others when it does; the same request again says whether they know."),
            _ => Answer.NotImplemented("The defender is off."),
        };
    }

    private async ValueTask<IResult> DeleteAsync(ApiCall call)
    {
        if (!TryAddress(call, out IPAddress address, out IResult? refusal))
        {
            return refusal!;
        }

        return await _hosts.RemoveAsync(address, call.Aborted).ConfigureAwait(false) switch
        {
            HostRemovalResult.Done => Answer.Done(),
            HostRemovalResult.HereAlone => Answer.Refused(
                StatusCodes.Status503ServiceUnavailable,
                "The ban is lifted on this node alone: the cluster's database did not answer. This node tells the others when it does; the same request again says whether they know."),
            _ => Answer.NotFound("This host has no score."),
        };
    }
}
