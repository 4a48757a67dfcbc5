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
            IReadOnlyList<SessionView> sessions = await AdminAccessPoint.AskAsync(() => client.ListSessionsAsync(ct)).ConfigureAwait(false);
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
                int ended = await AdminAccessPoint.AskAsync(() => client.KickUserAsync(name, ct)).ConfigureAwait(false);
                await console.Out.WriteLineAsync(ended == 1 ? "1 session ended." : $"{ended} sessions ended.").ConfigureAwait(false);
                return ExitCodes.Success;
            }

            string session = parsed.GetValue(id)!;
            if (!await AdminAccessPoint.AskAsync(() => client.KickAsync(session, ct)).ConfigureAwait(false))
            {
                throw new CliException($"No session has the id {Logging.LogEscape.Text(session)}; 'hpc sessions' lists them.");
            }

            await console.Out.WriteLineAsync($"Session {session} ended.").ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Table(IReadOnlyList<SessionView> sessions)
    {
        if (sessions.Count == 0)
        {
            return "No sessions.\n";
        }

        var table = new TextTable("ID", "USER", "FROM", "PROTOCOL", "SINCE", "IDLE", "UP", "DOWN", "TRANSFERS", "CLIENT");
        foreach (SessionView session in sessions)
        {
            table.Add(
                session.Id, session.UserName, session.RemoteAddress, session.Protocol,
                session.ConnectedAt.LocalDateTime.ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                session.IdleSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
                ByteSizeText.Rounded(session.BytesReceived), ByteSizeText.Rounded(session.BytesSent),
                session.Transfers.Count.ToString(CultureInfo.InvariantCulture), session.ClientVersion);
        }

        return table.ToString();
    }
}
