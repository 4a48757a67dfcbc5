using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Hpc.Accounts.Dumps;
using Hpc.Accounts.Dumps.Convert;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Server.Cli.Access;
using Hpc.Server.Hosting;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc dumpdata</c>, <c>loaddata</c> and <c>convert</c>: everything as one JSON file.</summary>
internal static class DumpCommands
{
    // A hundred thousand users on a database server.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(10);

    public static Command Dump(CliConsole console)
    {
        var output = new Option<string>("--output") { Description = "File to write (mode 0600); - for standard output.", HelpName = "FILE", Required = true };
        var indent = new Option<bool>("--indent") { Description = "For people." };
        var command = new Command("dumpdata", "Write users, groups, folders, administrators, keys, shares, rules and settings to a file. It holds password hashes and encrypted secrets.") { output, indent };
        var flags = new ConfigurationFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            bool isIndented = parsed.GetValue(indent);
            RestAccountClient? server = await AccountAccess.FindServerAsync(flags.Load(parsed, console), ct, Timeout).ConfigureAwait(false);
            string json;
            if (server is not null)
            {
                await using (server.ConfigureAwait(false))
                {
                    json = await server.AskAsync(HttpMethod.Get, $"dumpdata?output-data=1&indent={(isIndented ? 1 : 0)}", null, ct).ConfigureAwait(false);
                }
            }
            else
            {
                DirectAccountClient direct = await AccountAccess.OpenProviderAsync(flags.Load(parsed, console), ct).ConfigureAwait(false);
                await using (direct.ConfigureAwait(false))
                {
                    using var buffer = new MemoryStream();
                    await direct.Stack.Dumps.WriteAsync(buffer, DumpScopes.All, isIndented, ChangeContext.Operator, ct).ConfigureAwait(false);
                    json = Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
                }
            }

            await WriteAsync("--output", parsed.GetRequiredValue(output), json, console).ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command Load(CliConsole console)
    {
        var input = new Argument<string>("FILE") { Description = "A dump of this server or of SFTPGo (versions 13 to 17); - for standard input." };
        var mode = new Option<int>("--mode") { Description = "0 adds and updates (default), 1 adds alone, 2 adds, updates and ends the sessions of users that were updated.", HelpName = "N" };
        var scan = new Option<int>("--scan-quota") { Description = "Count files afterwards: 0 of nobody (default), 1 of everybody, 2 of users with limits. A running server does it.", HelpName = "N" };
        var command = new Command("loaddata", "Load a dump: all of it, or nothing if anything in it is wrong.") { input, mode, scan };
        var flags = new ConfigurationFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            (int how, int count) = (parsed.GetValue(mode), parsed.GetValue(scan));
            if (how is < 0 or > 2 || count is < 0 or > 2)
            {
                throw CliException.Usage($"{(how is < 0 or > 2 ? "--mode" : "--scan-quota")}: found {(how is < 0 or > 2 ? how : count)}, allowed: 0, 1 or 2.");
            }

            byte[] dump = ReadInput(parsed.GetRequiredValue(input), console);
            RestAccountClient? server = await AccountAccess.FindServerAsync(flags.Load(parsed, console), ct, Timeout).ConfigureAwait(false);
            if (server is not null)
            {
                await using (server.ConfigureAwait(false))
                {
                    using var content = new ByteArrayContent(dump) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                    string said = await server.AskAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"loaddata?mode={how}&scan-quota={count}"), content, ct).ConfigureAwait(false);
                    return await ReportAsync(said, console).ConfigureAwait(false);
                }
            }

            DirectAccountClient direct = await AccountAccess.OpenProviderAsync(flags.Load(parsed, console), ct, setsUsage: true).ConfigureAwait(false);
            await using (direct.ConfigureAwait(false))
            {
                return await LoadAsync(direct, dump, how, console, ct).ConfigureAwait(false);
            }
        });
        return command;
    }

    public static Command Convert(CliConsole console)
    {
        var format = new Argument<string>("FORMAT") { Description = "unix-passwd, vsftpd, proftpd or pure-ftpd." };
        var input = new Argument<string>("FILE") { Description = "The file of users: /etc/passwd, vsftpd's list, AuthUserFile or pureftpd.passwd." };
        var output = new Argument<string>("OUTPUT") { Description = "The dump to write, for 'hpc loaddata'; - for standard output." };
        var shadow = new Option<string?>("--shadow") { Description = "For unix-passwd: the file with the hashes, /etc/shadow.", HelpName = "FILE" };
        var minUid = new Option<long?>("--min-uid") { Description = "Users with a smaller number are left out.", HelpName = "N" };
        var maxUid = new Option<long?>("--max-uid") { Description = "Users with a greater number are left out.", HelpName = "N" };
        var users = new Option<string[]>("--usernames") { Description = "These users alone, separated by commas.", HelpName = "NAMES" };
        var forceUid = new Option<long?>("--force-uid") { Description = "The owner that all users' files get.", HelpName = "N" };
        var forceGid = new Option<long?>("--force-gid") { Description = "The group that all users' files get.", HelpName = "N" };
        var homes = new Option<string?>("--home-base") { Description = "Directory for the homes of users whose file has none.", HelpName = "DIR" };
        var command = new Command("convert", "Make a dump of the users of another server; their passwords stay what they are.") { format, input, output, shadow, minUid, maxUid, users, forceUid, forceGid, homes };
        command.SetAction(async (parsed, _) =>
        {
            ConvertResult result = UserFileConverter.Convert(
                FormatOf(parsed.GetRequiredValue(format)),
                ReadText("FILE", parsed.GetRequiredValue(input)),
                parsed.GetValue(shadow) is string file ? ReadText("--shadow", file) : null,
                new ConvertOptions
                {
                    MinUid = parsed.GetValue(minUid),
                    MaxUid = parsed.GetValue(maxUid),
                    UserNames = [.. (parsed.GetValue(users) ?? []).SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
                    ForceUid = parsed.GetValue(forceUid),
                    ForceGid = parsed.GetValue(forceGid),
                    HomeBase = parsed.GetValue(homes) ?? "",
                });
            foreach (ConvertNote note in result.Skipped)
            {
                await console.Error.WriteLineAsync("skipped: " + LogEscape.Text(note.ToString())).ConfigureAwait(false);
            }

            foreach (ConvertNote note in result.Notes)
            {
                await console.Error.WriteLineAsync("note: " + LogEscape.Text(note.ToString())).ConfigureAwait(false);
            }

            await WriteAsync("OUTPUT", parsed.GetRequiredValue(output), Encoding.UTF8.GetString(UserFileConverter.ToJson(result.Dump)), console).ConfigureAwait(false);
            await console.Error.WriteLineAsync($"{result.Dump.Users.Count} users converted, {result.Skipped.Count} lines skipped.").ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> LoadAsync(DirectAccountClient direct, byte[] dump, int mode, CliConsole console, CancellationToken ct)
    {
        DumpLoadResult result = await direct.Stack.Dumps.LoadAsync(dump, new DumpLoadOptions { Mode = (DumpMode)mode }, ChangeContext.Operator, ct).ConfigureAwait(false);
        if (!result.IsLoaded)
        {
            string details = result.Errors.Count > 0 ? string.Join(Environment.NewLine, result.Errors.Select(error => LogEscape.Text(error.ToString()))) : LogEscape.Text(result.Message);
            throw CliException.Usage("Nothing is loaded. " + details);
        }

        await WarnAsync(result.Warnings, console).ConfigureAwait(false);
        await console.Out.WriteLineAsync($"Loaded: {result.Added} added, {result.Updated} updated, {result.Skipped} left as they are.").ConfigureAwait(false);
        return ExitCodes.Success;
    }

    // The message repeats the first warnings.
    private static async Task<int> ReportAsync(string answer, CliConsole console)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        string[] warnings = document.RootElement.TryGetProperty("warnings", out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static one => one.GetString() ?? "")]
            : [];
        string message = document.RootElement.TryGetProperty("message", out JsonElement text) && text.GetString() is { Length: > 0 } said ? said : "Loaded.";
        int end = warnings.Length > 0 ? message.IndexOf(warnings[0], StringComparison.Ordinal) : -1;
        await WarnAsync(warnings, console).ConfigureAwait(false);
        await console.Out.WriteLineAsync(LogEscape.Text(end > 0 ? message[..end].TrimEnd() : message)).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private static async Task WarnAsync(IReadOnlyList<string> warnings, CliConsole console)
    {
        foreach (string warning in warnings)
        {
            await console.Error.WriteLineAsync("warning: " + LogEscape.Text(warning)).ConfigureAwait(false);
        }
    }

    private static UserFileFormat FormatOf(string text) => text switch
    {
        "unix-passwd" => UserFileFormat.UnixPasswd,
        "vsftpd" => UserFileFormat.Vsftpd,
        "proftpd" => UserFileFormat.ProFtpd,
        "pure-ftpd" => UserFileFormat.PureFtpd,
        _ => throw CliException.Usage($"FORMAT: found \"{LogEscape.Text(text)}\", allowed: unix-passwd, vsftpd, proftpd or pure-ftpd."),
    };

    // Names and paths of old systems are not always UTF-8; what is not becomes a replacement character, which the converter refuses.
    private static string ReadText(string argument, string file) => Try(argument, file, () => File.ReadAllText(file, Encoding.UTF8));

    private static byte[] ReadInput(string file, CliConsole console) =>
        file == "-" ? Encoding.UTF8.GetBytes(console.In.ReadToEnd()) : Try("FILE", file, () => File.ReadAllBytes(file));

    private static T Try<T>(string argument, string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(file) ? "it is a directory"
                : e is UnauthorizedAccessException ? "this user may not read it"
                : LogEscape.Text(e.Message);
            throw CliException.Usage($"{argument}: found \"{LogEscape.Text(file)}\", which cannot be read: {why}.");
        }
    }

    private static async Task WriteAsync(string argument, string file, string json, CliConsole console)
    {
        if (file == "-")
        {
            await console.Out.WriteLineAsync(json).ConfigureAwait(false);
            return;
        }

        try
        {
            PrivateFile.Write(file, Encoding.UTF8.GetBytes(json + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            string why = e is DirectoryNotFoundException ? "there is no such directory" : e is UnauthorizedAccessException ? "this user may not write it" : LogEscape.Text(e.Message);
            throw CliException.Usage($"{argument}: found \"{LogEscape.Text(file)}\", which cannot be written: {why}.");
        }
    }
}
