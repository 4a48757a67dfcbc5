using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Hpc.HttpApi.Models;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc defender</c>: hosts with points and banned ones, of a running server.</summary>
internal static class DefenderCommand
{
    private const string Path = "defender/hosts";

    public static Command Create(CliConsole console)
    {
        return new Command("defender", "List hosts with points and banned hosts, ban them and lift bans.")
        {
            List(console),
            Show(console),
            Unban(console),
            Ban(console),
        };
    }

    private static Command List(CliConsole console)
    {
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("list", "List banned hosts and those with points.") { json };
        return WithServer(command, console, async (server, parsed, ct) =>
        {
            string answer = await server.AskAsync(HttpMethod.Get, Path, null, ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                await console.Out.WriteLineAsync(answer).ConfigureAwait(false);
                return ExitCodes.Success;
            }

            IReadOnlyList<DefenderEntry> hosts = JsonSerializer.Deserialize(answer, CliJson.Default.IReadOnlyListDefenderEntry) ?? [];
            await console.Out.WriteAsync(hosts.Count == 0 ? "There is no host with points.\n" : Table(hosts)).ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }

    private static Command Show(CliConsole console)
    {
        Argument<string> address = AddressArgument();
        var command = new Command("show", "Show one host as JSON.") { address };
        return WithServer(command, console, async (server, parsed, ct) =>
        {
            await console.Out.WriteLineAsync(await server.AskAsync(HttpMethod.Get, PathOf(parsed.GetRequiredValue(address)), null, ct).ConfigureAwait(false)).ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }

    private static Command Unban(CliConsole console)
    {
        Argument<string> address = AddressArgument();
        var command = new Command("unban", "Lift a host's ban and forget its points.") { address };
        return WithServer(command, console, async (server, parsed, ct) =>
        {
            string host = parsed.GetRequiredValue(address);
            await server.AskAsync(HttpMethod.Delete, PathOf(host), null, ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync($"{LogEscape.Text(host)} is not banned any more.").ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }

    private static Command Ban(CliConsole console)
    {
        Argument<string> address = AddressArgument();
        var minutes = new Option<int>("--minutes") { Description = "For so long; without, as long as the defender would.", HelpName = "N" };
        var command = new Command("ban", "Ban a host; connections of it that are not logged in end.") { address, minutes };
        return WithServer(command, console, async (server, parsed, ct) =>
        {
            var ban = new DefenderBan { Ip = AddressOf(parsed.GetRequiredValue(address)).ToString(), Minutes = parsed.GetValue(minutes) };
            using var content = JsonContent.Create(ban, CliJson.Default.DefenderBan);
            await server.AskAsync(HttpMethod.Post, Path, content, ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync($"{LogEscape.Text(ban.Ip)} is banned.").ConfigureAwait(false);
            return ExitCodes.Success;
        });
    }

    private static Command WithServer(Command command, CliConsole console, Func<RestAccountClient, ParseResult, CancellationToken, Task<int>> act)
    {
        var flags = new ConfigurationFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            RestAccountClient server = await AccountAccess.FindServerAsync(flags.Load(parsed, console), ct).ConfigureAwait(false)
                ?? throw new CliException("No server runs on this data directory; points and bans are in its memory.");
            await using (server.ConfigureAwait(false))
            {
                return await act(server, parsed, ct).ConfigureAwait(false);
            }
        });
        return command;
    }

    private static Argument<string> AddressArgument() => new("ADDRESS") { Description = "An IPv4 address, or any address of the host's IPv6 /64." };

    private static IPAddress AddressOf(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? address : throw CliException.Usage($"ADDRESS: found \"{LogEscape.Text(text)}\", allowed: an address.");

    private static string PathOf(string address) => $"{Path}/{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(AddressOf(address).ToString()))}";

    private static string Table(IReadOnlyList<DefenderEntry> hosts)
    {
        var table = new TextTable("HOST", "POINTS", "BANNED UNTIL");
        foreach (DefenderEntry host in hosts)
        {
            table.Add(
                host.Ip,
                host.Score.ToString(CultureInfo.InvariantCulture),
                host.BanTime?.LocalDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "");
        }

        return table.ToString();
    }
}
