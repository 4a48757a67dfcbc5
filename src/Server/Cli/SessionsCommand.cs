using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary><c>hpc sessions</c>: who is connected, and ending sessions.</summary>
internal static class SessionsCommand
{
    private const string Unknown = "-";

    public static Command Create(CliConsole console)
    {
        var command = new Command("sessions", "List and end the sessions of the server that runs on the data directory.")
        {
            List(console, new Command("list", "List live sessions.")),
            Kick(console),
        };
        return List(console, command);
    }

    private static Command List(CliConsole console, Command command)
    {
        var flags = new ConfigurationFlags(command);
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        command.Add(json);
        command.SetAction(async (parsed, ct) =>
        {
            using AdminClient client = AdminAccessPoint.Connect(flags.Load(parsed, console));
            (IReadOnlyList<SessionView> sessions, bool isPartial) = await AdminAccessPoint.AskAsync(() => client.ListAllSessionsAsync(ct)).ConfigureAwait(false);
            if (isPartial)
            {
                await console.Error.WriteLineAsync("The cluster did not answer in full: there may be more sessions on other nodes.").ConfigureAwait(false);
            }

            await console.Out.WriteAsync(parsed.GetValue(json)
                ? JsonSerializer.Serialize(sessions, AdminJson.Default.IReadOnlyListSessionView) + "\n"
                : Table(sessions)).ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Kick(CliConsole console)
    {
        var id = new Argument<string?>("ID") { Description = "Session to end, as 'hpc sessions' shows it.", Arity = ArgumentArity.ZeroOrOne };
        var user = new Option<string?>("--user") { Description = "End every session of this user.", HelpName = "NAME" };
        var command = new Command("kick", "End a session, or all sessions of a user.") { id, user };
        var flags = new ConfigurationFlags(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(id) is null == result.GetValue(user) is null)
            {
                result.AddError("Name either a session ID or --user NAME.");
            }
        });
        command.SetAction(async (parsed, ct) =>
        {
            using AdminClient client = AdminAccessPoint.Connect(flags.Load(parsed, console));
            if (parsed.GetValue(user) is string name)
            {
                KickResult kick = await AdminAccessPoint.AskAsync(() => client.KickUserAsync(name, ct)).ConfigureAwait(false);
                await console.Out.WriteLineAsync(kick.Ended == 1 ? "1 session ended." : $"{kick.Ended} sessions ended.").ConfigureAwait(false);
                return kick.IsPartial
                    ? throw new CliException("The cluster does not answer: sessions on other nodes may go on. Try again.")
                    : ExitCodes.Success;
            }

            string session = parsed.GetValue(id)!;
            if (!await AdminAccessPoint.AskAsync(() => EndAsync(client, session, ct)).ConfigureAwait(false))
            {
                throw new CliException($"No session has the id {Logging.LogEscape.Text(session)}; 'hpc sessions' lists them.");
            }

            await console.Out.WriteLineAsync($"Session {session} ended.").ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<bool> EndAsync(AdminClient client, string session, CancellationToken ct)
    {
        try
        {
            return await client.KickAsync(session, ct).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new CliException($"No session of this node has the id {Logging.LogEscape.Text(session)}, and the cluster does not answer: try again, or ask the node that has it.", e);
        }
    }

    private static string Table(IReadOnlyList<SessionView> sessions)
    {
        if (sessions.Count == 0)
        {
            return "No sessions.\n";
        }

        bool hasNodes = sessions.Any(static session => session.Node is not null);
        string[] headings = ["ID", "USER", "FROM", "PROTOCOL", "SINCE", "IDLE", "UP", "DOWN", "TRANSFERS", "CLIENT"];
        var table = new TextTable(hasNodes ? ["NODE", .. headings] : headings);
        foreach (SessionView session in sessions)
        {
            string[] cells = Cells(session);
            table.Add(hasNodes ? [session.Node ?? "", .. cells] : cells);
        }

        return table.ToString();
    }

    // What a node does not know of a session of another one is left open.
    private static string[] Cells(SessionView session) =>
    [
        session.Id, session.UserName, session.RemoteAddress, session.Protocol,
        session.ConnectedAt.LocalDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        session.IdleSeconds is { } idle ? idle.ToString("0", CultureInfo.InvariantCulture) + " s" : Unknown,
        session.BytesReceived is { } received ? ByteSizeText.Rounded(received) : Unknown,
        session.BytesSent is { } sent ? ByteSizeText.Rounded(sent) : Unknown,
        session.Transfers?.Count.ToString(CultureInfo.InvariantCulture) ?? Unknown,
        session.ClientVersion,
    ];
}
