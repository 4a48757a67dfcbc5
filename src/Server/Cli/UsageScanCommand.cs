using System.CommandLine;
using System.Net;
using System.Text.Json;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc user scan</c> and <c>hpc folder scan</c>: the running server counts files again.</summary>
internal static class UsageScanCommand
{
    // Ten million files on a cold disk.
    private static readonly TimeSpan Timeout = TimeSpan.FromHours(1);

    public static Command Create(CliConsole console, string what, Func<string, string> scopeOf)
    {
        var name = new Argument<string>("NAME") { Description = what == "user" ? "User name." : "Folder name." };
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command(
            "scan",
            $"Have the running server count the files of a {what} again, and correct what it thinks is used. Needed after files were changed without the server.") { name, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            string asked = parsed.GetRequiredValue(name);
            await RequireAsync(flags, parsed, console, what, asked, ct).ConfigureAwait(false);
            UsageScanView result;
            using (AdminClient client = Connect(flags.Load(parsed, console)))
            {
                result = await AdminAccessPoint.AskAsync(() => ScanAsync(client, scopeOf(asked), asked, ct)).ConfigureAwait(false);
            }

            await console.Out.WriteAsync(parsed.GetValue(json) ? JsonSerializer.Serialize(result, AdminJson.Default.UsageScanView) + "\n" : Describe(asked, result)).ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<UsageScanView> ScanAsync(AdminClient client, string scope, string name, CancellationToken ct)
    {
        try
        {
            return await client.ScanAsync(scope, ct).ConfigureAwait(false)
                ?? throw new CliException($"The server counts nothing for {LogEscape.Text(name)}.");
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.Conflict)
        {
            throw new CliException($"The files of {LogEscape.Text(name)} are being counted already; try again when that is done.", e);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new CliException("The server cannot read or write what is in use, as while the database is away or another program has usage.db locked; try again later.", e);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.InternalServerError)
        {
            throw new CliException($"The files of {LogEscape.Text(name)} could not be counted; the server's log says why, and what is known of them stays.", e);
        }
    }

    private static Task<int> RequireAsync(ConfigurationFlags flags, ParseResult parsed, CliConsole console, string what, string name, CancellationToken ct) =>
        UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            object _ = what == "user"
                ? await UserStoreAccess.RequireAsync(store, name, ct).ConfigureAwait(false)
                : await UserStoreAccess.RequireFolderAsync(store, name, ct).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct);

    private static AdminClient Connect(HpcOptions options)
    {
        if (AdminAccessFile.Read(new DataDirectory(options).Path) is null)
        {
            throw new CliException(
                $"No server with an admin port runs on {options.DataDirectory}, and it is the server that counts: start 'hpc serve' and scan again, or name its directory with --data-dir.");
        }

        return AdminAccessPoint.Connect(options, Timeout);
    }

    private static string Describe(string name, UsageScanView result)
    {
        bool isSame = result.Files == result.FilesBefore && result.Bytes == result.BytesBefore;
        string before = isSame ? ", as it was counted" : $"; {Amount(result.FilesBefore, result.BytesBefore)} were counted before";
        string unreadable = result.Unreadable == 0 ? "" : $" Directories that the server may not read, and that are not in it: {result.Unreadable}.";
        string inexact = result.IsExact ? "" : " Files changed all the while, so it may be off by them; scan again when there is less going on.";
        return $"{LogEscape.Text(name)}: {Amount(result.Files, result.Bytes)}{before}.{unreadable}{inexact}{Environment.NewLine}";
    }

    private static string Amount(long files, long bytes) => $"{files} file{(files == 1 ? "" : "s")}, {bytes} byte{(bytes == 1 ? "" : "s")} ({ByteSizeText.Rounded(bytes)})";
}
