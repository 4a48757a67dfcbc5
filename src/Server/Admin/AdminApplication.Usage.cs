using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.Server.Admin;

// What is in use: /admin/usage.
internal sealed partial class AdminApplication
{
    private const string UsagePath = "/admin/usage";
    private const string StoreAway = "the usage store does not answer, as while another program has it locked; try again later\n";

    private async Task UsageAsync(HttpContext context, string path, CancellationToken ct)
    {
        try
        {
            await AnswerUsageAsync(context, path, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or DataProviderException && !context.Response.HasStarted)
        {
            await AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, StoreAway).ConfigureAwait(false);
        }
    }

    private Task AnswerUsageAsync(HttpContext context, string path, CancellationToken ct)
    {
        bool isGet = HttpMethods.IsGet(context.Request.Method);
        bool isPost = HttpMethods.IsPost(context.Request.Method);
        string? scope = context.Request.Query["scope"];
        return path switch
        {
            _ when usage is null => AnswerAsync(context, StatusCodes.Status404NotFound, "not found\n"),
            UsagePath when isGet => ShowUsageAsync(context, usage, scope, ct),
            UsagePath + "/scans" when isGet => AnswerAsync(context, usage.Scans(), AdminJson.Default.IReadOnlyListRunningScanView),
            AdminClient.UsageScanPath or AdminClient.UsageResetPath when isPost && string.IsNullOrEmpty(scope) =>
                AnswerAsync(context, StatusCodes.Status400BadRequest, "say of what with ?scope=user:NAME or ?scope=folder:NAME\n"),
            AdminClient.UsageScanPath when isPost => ScanAsync(context, usage, scope!, ct),
            AdminClient.UsageResetPath when isPost => ResetTransferAsync(context, usage, scope!, ct),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "not found\n"),
        };
    }

    private static async Task ShowUsageAsync(HttpContext context, AdminUsage usage, string? scope, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(scope))
        {
            IReadOnlyList<UsageView> all = await usage.ListAsync(context.Request.Query["after"], ct).ConfigureAwait(false);
            await AnswerAsync(context, all, AdminJson.Default.IReadOnlyListUsageView).ConfigureAwait(false);
        }
        else if (await usage.FindAsync(scope, ct).ConfigureAwait(false) is { } view)
        {
            await AnswerAsync(context, view, AdminJson.Default.UsageView).ConfigureAwait(false);
        }
        else
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, "nothing was ever counted there\n").ConfigureAwait(false);
        }
    }

    private static async Task ScanAsync(HttpContext context, AdminUsage usage, string scope, CancellationToken ct)
    {
        StorageResult<UsageScanView> scanned = await usage.ScanAsync(scope, ct).ConfigureAwait(false);
        await (scanned.Error switch
        {
            StorageError.None => AnswerAsync(context, scanned.Value, AdminJson.Default.UsageScanView),
            StorageError.NotFound => AnswerAsync(context, StatusCodes.Status404NotFound, "there is no such user or folder\n"),
            StorageError.Busy => AnswerAsync(context, StatusCodes.Status409Conflict, "a scan of this is running already\n"),
            StorageError.Unavailable => AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, StoreAway),
            _ => AnswerAsync(context, StatusCodes.Status500InternalServerError, "the files cannot be reached or counted, and what is known of them stays; the log says why\n"),
        }).ConfigureAwait(false);
    }

    private static async Task ResetTransferAsync(HttpContext context, AdminUsage usage, string scope, CancellationToken ct) =>
        await (await usage.ResetTransferAsync(scope, ct).ConfigureAwait(false)
            ? AnswerAsync(context, new TransferResetView(scope), AdminJson.Default.TransferResetView)
            : AnswerAsync(context, StatusCodes.Status404NotFound, "nothing was ever counted there\n")).ConfigureAwait(false);
}
