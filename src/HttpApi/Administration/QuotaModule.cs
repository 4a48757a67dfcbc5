using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>What is in use, and counting it again.</summary>
internal sealed class QuotaModule(HttpApiParts parts) : IHttpApiModule
{
    private const string Tag = "quota";
    private const string UserPrefix = "user:";
    private const string FolderPrefix = "folder:";

    private static readonly ApiParameter Mode = new("mode", "add, or reset (sets the numbers), which it is if nothing is said.") { Values = ["add", "reset"] };

    public void Map(IEndpointRouteBuilder routes)
    {
        var scans = ApiAccess.Admin(AdminPermissionNames.QuotaScans);
        var edit = ApiAccess.Admin(AdminPermissionNames.EditUsers);
        routes.Map("GET", "/quotas/users/scans", new ApiOperation("get_users_quota_scans", Tag, "Counts of users' files that run now.", scans) { Answer = typeof(IReadOnlyList<QuotaScan>) }, ListUserScansAsync);
        routes.Map("POST", "/quotas/users/{username}/scan", ScanOperation("start_user_quota_scan", "Begins to count a user's files.", scans), StartUserScanAsync);
        routes.Map("PUT", "/quotas/users/{username}/usage", UsageOperation("update_user_quota_usage", "Sets or adds what a user has in use.", edit, typeof(QuotaUsage)), ChangeUserUsageAsync);
        routes.Map(
            "PUT",
            "/quotas/users/{username}/transfer-usage",
            UsageOperation("update_user_transfer_quota_usage", "Sets or adds what a user has moved.", edit, typeof(TransferQuotaUsage)),
            ChangeTransferAsync);
        routes.Map("GET", "/quotas/folders/scans", new ApiOperation("get_folders_quota_scans", Tag, "Counts of folders' files that run now.", scans) { Answer = typeof(IReadOnlyList<FolderQuotaScan>) }, ListFolderScansAsync);
        routes.Map("POST", "/quotas/folders/{name}/scan", ScanOperation("start_folder_quota_scan", "Begins to count a folder's files.", scans), StartFolderScanAsync);
        routes.Map("PUT", "/quotas/folders/{name}/usage", UsageOperation("update_folder_quota_usage", "Sets or adds what a folder has in use.", edit, typeof(QuotaUsage)), ChangeFolderUsageAsync);
    }

    private static ApiOperation ScanOperation(string id, string summary, ApiAccess access) => new(id, Tag, summary, access) { Success = 202, Statuses = [409, 501] };

    private static ApiOperation UsageOperation(string id, string summary, ApiAccess access, Type body) => new(id, Tag, summary, access) { Parameters = [Mode], Body = body, Statuses = [409, 501] };

    private static IResult NotCounted() => Answer.NotImplemented("Nothing is counted on this server.");

    private async ValueTask<IResult> ListUserScansAsync(ApiCall call)
    {
        var scans = new List<QuotaScan>();
        foreach (RunningScan scan in await ScansAsync(UserPrefix, call.Aborted).ConfigureAwait(false))
        {
            // An administrator with a role sees its own users alone.
            string name = scan.Scope[UserPrefix.Length..];
            if (call.Context.Role.Length == 0 || await FindUserAsync(call, name).ConfigureAwait(false) is not null)
            {
                scans.Add(new QuotaScan { Username = name, StartTime = scan.StartedAt.ToUnixTimeMilliseconds() });
            }
        }

        return Answer.Ok(scans, HttpApiJson.Default.IReadOnlyListQuotaScan);
    }

    private async ValueTask<IResult> ListFolderScansAsync(ApiCall call)
    {
        var scans = new List<FolderQuotaScan>();
        foreach (RunningScan scan in await ScansAsync(FolderPrefix, call.Aborted).ConfigureAwait(false))
        {
            string name = scan.Scope[FolderPrefix.Length..];
            if (call.Context.Role.Length == 0 || await FindFolderAsync(call, name).ConfigureAwait(false) is not null)
            {
                scans.Add(new FolderQuotaScan { Name = name, StartTime = scan.StartedAt.ToUnixTimeMilliseconds() });
            }
        }

        return Answer.Ok(scans, HttpApiJson.Default.IReadOnlyListFolderQuotaScan);
    }

    private async ValueTask<IEnumerable<RunningScan>> ScansAsync(string prefix, CancellationToken ct)
    {
        IReadOnlyList<RunningScan> all = parts.Quotas is null ? [] : await parts.Quotas.ListScansAsync(ct).ConfigureAwait(false);
        return all.Where(scan => scan.Scope.StartsWith(prefix, StringComparison.Ordinal));
    }

    private async ValueTask<IResult> StartUserScanAsync(ApiCall call) => await FindUserAsync(call, call.Route("username")).ConfigureAwait(false) is { } name
        ? await StartAsync(call, UsageScope.OfUser(name)).ConfigureAwait(false)
        : Answer.NotFound();

    private async ValueTask<IResult> StartFolderScanAsync(ApiCall call) => await FindFolderAsync(call, call.Route("name")).ConfigureAwait(false) is { } name
        ? await StartAsync(call, UsageScope.OfFolder(name)).ConfigureAwait(false)
        : Answer.NotFound();

    private async ValueTask<IResult> StartAsync(ApiCall call, string scope)
    {
        if (parts.Quotas is null)
        {
            return NotCounted();
        }

        return await parts.Quotas.StartScanAsync(scope, call.Aborted).ConfigureAwait(false) switch
        {
            ScanStart.Started => Answer.Done("Scan started", StatusCodes.Status202Accepted),
            ScanStart.AlreadyRunning => Answer.Refused(StatusCodes.Status409Conflict, "A scan of this is running already."),
            ScanStart.NotFound => Answer.NotFound("There is nothing to count there."),
            ScanStart.FilesUnavailable => Answer.Refused(StatusCodes.Status503ServiceUnavailable, "The files cannot be reached, and what is known of them stays; the server's log says why."),
            _ => Answer.Refused(StatusCodes.Status503ServiceUnavailable, "Too many scans are running; try again later."),
        };
    }

    private async ValueTask<IResult> ChangeUserUsageAsync(ApiCall call) => await FindUserAsync(call, call.Route("username")).ConfigureAwait(false) is { } name
        ? await ChangeUsageAsync(call, UsageScope.OfUser(name)).ConfigureAwait(false)
        : Answer.NotFound();

    private async ValueTask<IResult> ChangeFolderUsageAsync(ApiCall call) => await FindFolderAsync(call, call.Route("name")).ConfigureAwait(false) is { } name
        ? await ChangeUsageAsync(call, UsageScope.OfFolder(name)).ConfigureAwait(false)
        : Answer.NotFound();

    private async ValueTask<IResult> ChangeUsageAsync(ApiCall call, string scope)
    {
        if (!TryMode(call, out bool isAdded, out IResult? refusal) || !(await call.ReadAsync(HttpApiJson.Default.QuotaUsage).ConfigureAwait(false)).TryGet(out QuotaUsage? usage, out refusal))
        {
            return refusal!;
        }

        if (!isAdded && (usage.UsedQuotaFiles < 0 || usage.UsedQuotaSize < 0))
        {
            return Negative(usage.UsedQuotaFiles < 0 ? "used_quota_files" : "used_quota_size");
        }

        if (parts.Quotas is null)
        {
            return NotCounted();
        }

        await parts.Quotas.ChangeAsync(scope, isAdded, usage.UsedQuotaFiles, usage.UsedQuotaSize, uploaded: null, downloaded: null, call.Aborted).ConfigureAwait(false);
        return Answer.Done("Quota updated");
    }

    private async ValueTask<IResult> ChangeTransferAsync(ApiCall call)
    {
        if (await FindUserAsync(call, call.Route("username")).ConfigureAwait(false) is not { } name)
        {
            return Answer.NotFound();
        }

        if (!TryMode(call, out bool isAdded, out IResult? refusal)
            || !(await call.ReadAsync(HttpApiJson.Default.TransferQuotaUsage).ConfigureAwait(false)).TryGet(out TransferQuotaUsage? usage, out refusal))
        {
            return refusal!;
        }

        if (!isAdded && (usage.UsedUploadDataTransfer < 0 || usage.UsedDownloadDataTransfer < 0))
        {
            return Negative(usage.UsedUploadDataTransfer < 0 ? "used_upload_data_transfer" : "used_download_data_transfer");
        }

        if (parts.Quotas is null)
        {
            return NotCounted();
        }

        await parts.Quotas.ChangeAsync(UsageScope.OfUser(name), isAdded, files: null, bytes: null, usage.UsedUploadDataTransfer, usage.UsedDownloadDataTransfer, call.Aborted).ConfigureAwait(false);
        return Answer.Done("Quota updated");
    }

    private static IResult Negative(string field) => Answer.Invalid(field, "a number below 0", "0 or more");

    private static bool TryMode(ApiCall call, out bool isAdded, out IResult? refusal)
    {
        string mode = call.Query("mode");
        isAdded = mode == "add";
        refusal = mode is "" or "add" or "reset" ? null : Answer.Invalid("?mode", ParameterText.Found(mode), "add or reset");
        return refusal is null;
    }

    // By the name that is stored, which what is asked for may differ from: what is counted is found by it.
    private async ValueTask<string?> FindUserAsync(ApiCall call, string name) =>
        (await parts.Services.Users.FindAsync(name, call.Context, call.Aborted).ConfigureAwait(false))?.Value.Username;

    private async ValueTask<string?> FindFolderAsync(ApiCall call, string name) =>
        (await parts.Services.Folders.FindAsync(name, call.Context, call.Aborted).ConfigureAwait(false))?.Value.Name;
}
