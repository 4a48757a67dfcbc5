using System.Globalization;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Networks in lists, with cursor paging (R11.6).</summary>
internal sealed class IpListModule(HttpApiParts parts) : IHttpApiModule
{
    private const string Tag = "IP Lists";
    private const string List = "/iplists/{type}";
    private const string Entry = "/iplists/{type}/{ipornet}";

    private static readonly ApiParameter Type = new("type", "1 allow list, 2 defender, 3 rate limiter safe list.", ApiParameterPlace.Path, ApiParameterType.Number) { Values = ["1", "2", "3"] };
    private static readonly ApiParameter Network = new("ipornet", "Address or network, with its slash escaped as %2F.", ApiParameterPlace.Path);

    private readonly IObjectService<IpListEntry> _service = parts.Services.IpLists;

    public void Map(IEndpointRouteBuilder routes)
    {
        var access = ApiAccess.Admin(AdminPermissionNames.ManageIpLists);
        routes.Map(
            "GET",
            List,
            new ApiOperation("get_ip_list_entries", Tag, "A page of a list.", access)
            {
                Parameters = [Type, new("filter", "Only entries that begin so."), new("from", "Only entries behind this one."), ApiParameter.Limit, ApiParameter.Order],
                Answer = typeof(IReadOnlyList<IpListEntry>),
            },
            ListAsync);
        routes.Map("POST", List, new ApiOperation("add_ip_list_entry", Tag, "Adds an entry.", access) { Parameters = [Type], Body = typeof(IpListEntry), Success = 201, Statuses = [409] }, AddAsync);
        routes.Map("GET", Entry, new ApiOperation("get_ip_list_by_ipornet", Tag, "One entry.", access) { Parameters = [Type, Network], Answer = typeof(IpListEntry) }, GetAsync);
        routes.Map(
            "PUT",
            Entry,
            new ApiOperation("update_ip_list_entry", Tag, "Replaces an entry.", access) { Parameters = [Type, Network, ApiParameter.IfMatch], Body = typeof(IpListEntry), Statuses = [409, 412] },
            UpdateAsync);
        routes.Map("DELETE", Entry, new ApiOperation("delete_ip_list_entry", Tag, "Removes an entry.", access) { Parameters = [Type, Network, ApiParameter.IfMatch], Statuses = [409, 412] }, DeleteAsync);
    }

    private static bool TryType(ApiCall call, out int type, out IResult? refusal)
    {
        refusal = null;
        bool isKnown = int.TryParse(call.Route("type"), NumberStyles.None, CultureInfo.InvariantCulture, out type) && type is >= 1 and <= 3;
        if (!isKnown)
        {
            refusal = Answer.Invalid("{type}", ParameterText.Found(call.Route(Type.Name)), "1, 2 or 3");
        }

        return isKnown;
    }

    // Kestrel decodes everything in a path but the escaped slash.
    private static string NameOf(ApiCall call, int type) => IpListEntry.NameOf(type, call.Route("ipornet").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));

    private async ValueTask<IResult> ListAsync(ApiCall call)
    {
        if (!TryType(call, out int type, out IResult? refusal) || !call.TryPage(out ObjectPage? page, out refusal))
        {
            return refusal!;
        }

        string from = call.Query("from");
        ObjectPage part = page with
        {
            Offset = 0,
            Prefix = IpListEntry.NameOf(type, call.Query("filter")),
            After = from.Length == 0 ? null : IpListEntry.NameOf(type, from),
        };
        IReadOnlyList<Versioned<IpListEntry>> found = await _service.ListAsync(part, call.Context, call.Aborted).ConfigureAwait(false);
        return Answer.Ok([.. found.Select(entry => _service.Redact(entry.Value))], AccountsJson.Default.IReadOnlyListIpListEntry);
    }

    private async ValueTask<IResult> AddAsync(ApiCall call)
    {
        if (!TryType(call, out int type, out IResult? refusal) || !(await call.ReadAsync(AccountsJson.Default.IpListEntry).ConfigureAwait(false)).TryGet(out IpListEntry? entry, out refusal))
        {
            return refusal!;
        }

        ObjectResult<IpListEntry> result = await _service.AddAsync(entry with { Type = type }, call.Context, call.Aborted).ConfigureAwait(false);
        if (result is not { Status: ObjectStatus.Done, Value: { } added })
        {
            return Answer.Of(result);
        }

        call.SetLocation($"/iplists/{call.Route("type")}", added.Value.IpOrNet);
        call.SetETag(added.Version);
        return Answer.Done("Entry added", StatusCodes.Status201Created);
    }

    private async ValueTask<IResult> GetAsync(ApiCall call)
    {
        if (!TryType(call, out int type, out IResult? refusal))
        {
            return refusal!;
        }

        if (await _service.FindAsync(NameOf(call, type), call.Context, call.Aborted).ConfigureAwait(false) is not { } found)
        {
            return Answer.NotFound();
        }

        call.SetETag(found.Version);
        return Answer.Ok(_service.Redact(found.Value), AccountsJson.Default.IpListEntry);
    }

    private async ValueTask<IResult> UpdateAsync(ApiCall call)
    {
        if (!TryType(call, out int type, out IResult? refusal) || !call.TryIfMatch(out long? version, out refusal)
            || !(await call.ReadAsync(AccountsJson.Default.IpListEntry).ConfigureAwait(false)).TryGet(out IpListEntry? entry, out refusal))
        {
            return refusal!;
        }

        ObjectResult<IpListEntry> result = await _service.UpdateAsync(NameOf(call, type), entry with { Type = type }, version, call.Context, call.Aborted).ConfigureAwait(false);
        return result.Status == ObjectStatus.Done ? Answer.Done("Entry updated") : Answer.Of(result, version is not null);
    }

    private async ValueTask<IResult> DeleteAsync(ApiCall call)
    {
        if (!TryType(call, out int type, out IResult? refusal) || !call.TryIfMatch(out long? version, out refusal))
        {
            return refusal!;
        }

        ObjectResult<IpListEntry> result = await _service.DeleteAsync(NameOf(call, type), version, call.Context, call.Aborted).ConfigureAwait(false);
        return result.Status == ObjectStatus.Done ? Answer.Done("Entry removed") : Answer.Of(result, version is not null);
    }
}
