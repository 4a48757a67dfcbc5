using Hpc.Accounts.Dumps;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.HttpApi.Endpoints;
using Hpc.HttpApi.Json;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hpc.HttpApi.Administration;

/// <summary>Dumps of everything, and loading them (R9.11, R9.12).</summary>
internal sealed class DumpModule(HttpApiParts parts, HttpApiOptions options) : IHttpApiModule
{
    private const string Tag = "maintenance";
    private const int MaxNamed = 10;
    private const string DownloadName = "sftpgo-backup.json";

    private static readonly ApiParameter Scopes = new("scopes", $"What is written, separated by commas: {DumpScopes.Allowed}. All if nothing is said.");
    private static readonly ApiParameter QuotaScan = new("scan-quota", "What is counted afterwards: 0 nothing, 1 everything, 2 users with limits.", Type: ApiParameterType.Number) { Values = ["0", "1", "2"] };
    private static readonly ApiParameter Mode = new("mode", "0 adds and updates, 1 adds alone, 2 adds, updates and ends the users' sessions.", Type: ApiParameterType.Number) { Values = ["0", "1", "2"] };

    private readonly BackupFiles _files = new(options.BackupsPath);

    public void Map(IEndpointRouteBuilder routes)
    {
        var access = ApiAccess.Admin(AdminPermissionNames.ManageSystem);
        routes.Map(
            "GET",
            "/dumpdata",
            new ApiOperation("dumpdata", Tag, "Writes a dump, to a file on the server or as the answer.", access)
            {
                Parameters =
                [
                    new("output-file", "File below the backups directory, ending in .json; needed unless output-data is 1."),
                    new("output-data", "1 answers with the dump.", Type: ApiParameterType.Number) { Values = ["0", "1"] },
                    new("indent", "1 for readers.", Type: ApiParameterType.Number) { Values = ["0", "1"] },
                    Scopes,
                ],
                Answer = typeof(BackupData),
                Statuses = [501],
                IsTransfer = true,
            },
            DumpAsync);
        routes.Map(
            "GET",
            "/loaddata",
            new ApiOperation("loaddata_from_file", Tag, "Loads a dump from a file on the server: all of it, or nothing.", access)
            {
                Parameters = [new("input-file", "File below the backups directory.") { IsRequired = true }, QuotaScan, Mode],
                Statuses = [404, 409, 501],
                IsTransfer = true,
            },
            LoadFileAsync);
        routes.Map(
            "POST",
            "/loaddata",
            new ApiOperation("loaddata_from_request_body", Tag, "Loads a dump: all of it, or nothing.", access)
            {
                Parameters = [QuotaScan, Mode],
                Body = typeof(BackupData),
                BodyKind = ApiBody.Dump,
                Statuses = [409, 501],
                IsTransfer = true,
            },
            LoadBodyAsync);
    }

    private async ValueTask<IResult> DumpAsync(ApiCall call)
    {
        if (parts.Dumps is not { } dumps)
        {
            return Answer.NotImplemented("This server writes no dumps.");
        }

        if (!DumpService.IsAllowed(call.Context))
        {
            return Answer.Forbidden("Administrators with a role may not do this.");
        }

        string[] names = [.. call.Http.Request.Query["scopes"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
        if (!DumpScopes.TryParse(names, out IReadOnlySet<ObjectKind> kinds, out string unknown))
        {
            return Answer.Invalid("?scopes", ParameterText.Found(unknown), DumpScopes.Allowed);
        }

        bool isIndented = call.Flag("indent");
        if (call.Flag("output-data"))
        {
            call.Http.Response.Headers.ContentDisposition = $"attachment; filename=\"{DownloadName}\"";
            return Results.Stream(output => dumps.WriteStagedAsync(output, kinds, isIndented, call.Context, call.Aborted).AsTask(), "application/json");
        }

        if (_files.Find(call.Query("output-file")) is not { } path)
        {
            return NoFile(call, "output-file");
        }

        bool isOfOneMoment = await BackupFiles.WriteAsync(path, dumps, kinds, isIndented, call.Context, call.Aborted).ConfigureAwait(false);
        return Answer.Done(isOfOneMoment ? "Data saved" : "Data saved, but objects were changed meanwhile: it is not of one moment.");
    }

    private IResult NoFile(ApiCall call, string name) => Answer.Invalid(
        "?" + name,
        ParameterText.Found(call.Query(name)),
        _files.IsConfigured
            ? $"a file name ending in .json, below the backups directory {_files.Root} (data_provider.backups_path)"
            : "nothing, because no backups directory is configured (data_provider.backups_path)");

    private async ValueTask<IResult> LoadFileAsync(ApiCall call)
    {
        if (_files.Find(call.Query("input-file")) is not { } path)
        {
            return NoFile(call, "input-file");
        }

        if (!File.Exists(path))
        {
            return Answer.NotFound("There is no such file.");
        }

        var input = new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.Read });
        await using (input.ConfigureAwait(false))
        {
            return await LoadAsync(call, (dumps, load) => dumps.LoadAsync(input, load, call.Context, call.Aborted)).ConfigureAwait(false);
        }
    }

    private async ValueTask<IResult> LoadBodyAsync(ApiCall call)
    {
        if (!JsonBody.IsJson(call.Http.Request))
        {
            return Answer.Refused(StatusCodes.Status415UnsupportedMediaType, "The body must be JSON (application/json), not compressed.");
        }

        (ReadOnlyMemory<byte>? body, IResult? refusal) = await call.ReadDumpAsync().ConfigureAwait(false);
        return body is { } json ? await LoadAsync(call, (dumps, load) => dumps.LoadAsync(json, load, call.Context, call.Aborted)).ConfigureAwait(false) : refusal!;
    }

    private async ValueTask<IResult> LoadAsync(ApiCall call, Func<DumpService, DumpLoadOptions, ValueTask<DumpLoadResult>> from)
    {
        if (parts.Dumps is not { } dumps)
        {
            return Answer.NotImplemented("This server loads no dumps.");
        }

        if (!call.TryQueryNumber("scan-quota", 0, 0, 2, out int scan, out IResult? refusal) || !call.TryQueryNumber("mode", 0, 0, 2, out int mode, out refusal))
        {
            return refusal;
        }

        var refused = new List<string>();
        int refusals = 0;
        var load = new DumpLoadOptions { Mode = (DumpMode)mode, QuotaScan = (DumpQuotaScan)scan, Disconnect = DisconnectAsync, Scan = ScanAsync };
        DumpLoadResult result = await from(dumps, load).ConfigureAwait(false);
        return result.Status switch
        {
            ObjectStatus.Done => Answer.Json(
                StatusCodes.Status200OK,
                new ApiResponse { Message = MessageOf(result, Uncounted()), Warnings = result.Warnings.Count > 0 ? result.Warnings : null },
                HttpApiJson.Default.ApiResponse),
            ObjectStatus.Invalid => Answer.Json(
                StatusCodes.Status400BadRequest,
                new ApiResponse { Message = "Bad request", Error = result.Message, Errors = [.. result.Errors.Select(FieldError.Of)] },
                HttpApiJson.Default.ApiResponse),
            ObjectStatus.Forbidden => Answer.Forbidden(result.Message),
            ObjectStatus.Busy => Answer.Refused(StatusCodes.Status503ServiceUnavailable, result.Message),
            _ => Answer.Refused(StatusCodes.Status409Conflict, result.Message),
        };

        async ValueTask ScanAsync(string scope, CancellationToken ct)
        {
            if (parts.Quotas is not { } quotas || await quotas.StartScanAsync(scope, ct).ConfigureAwait(false) is not (ScanStart.Started or ScanStart.AlreadyRunning))
            {
                refusals++;
                if (refused.Count < MaxNamed)
                {
                    refused.Add(scope);
                }
            }
        }

        IEnumerable<string> Uncounted() => refusals == 0
            ? []
            : [$"Not counted, because the files cannot be reached or too many counts wait: {string.Join(", ", refused)}{(refusals > refused.Count ? $" and {refusals - refused.Count} more" : "")}."];
    }

    // Some of the warnings for those who show the message alone.
    private static string MessageOf(DumpLoadResult result, IEnumerable<string> uncounted) => string.Join(
        ' ',
        [
            $"Data restored: {result.Added} added, {result.Updated} updated, {result.Skipped} left as they are.",
            .. result.Warnings.Take(MaxNamed),
            .. result.Warnings.Count > MaxNamed ? [$"And {result.Warnings.Count - MaxNamed} more warnings."] : Array.Empty<string>(),
            .. uncounted,
        ]);

    private async ValueTask DisconnectAsync(string userName, CancellationToken ct)
    {
        if (parts.Connections is { } connections)
        {
            await connections.CloseUserAsync(userName, ct).ConfigureAwait(false);
        }
    }
}
