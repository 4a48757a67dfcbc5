using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc user</c>: users of the data provider, whether a server runs on the data directory or not.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "User name." };

    public static Command Create(CliConsole console) => new("user", "Add, list, show, change, remove and scan users; works while the server runs.")
    {
        UserAddCommand.Create(console),
        List(console),
        Show(console),
        UserSetCommand.Create(console),
        Remove(console),
        UsageScanCommand.Create(console, "user", UsageScope.OfUser),
        ResetTransfer(console),
    };

    public static Task PrintAsync(UserAccount user, bool asJson, CliConsole console) => PrintAsync(UserView.Of(user), asJson, console);

    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    private static Task PrintAsync(UserView view, bool asJson, CliConsole console) =>
        console.Out.WriteAsync(asJson ? JsonSerializer.Serialize(view, UserJson.Default.UserView) + "\n" : UserText.Of(view));

    private static Command List(CliConsole console)
    {
        Option<bool> json = JsonOption();
        var command = new Command("list", "List users.") { json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            IReadOnlyList<CliUser> users = await store.ListAsync(ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                IReadOnlyList<UserView> views = [.. users.Where(user => user.Account is not null).Select(user => UserView.Of(user.Account!) with { Version = null })];
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(views, UserJson.Default.IReadOnlyListUserView)).ConfigureAwait(false);
            }
            else
            {
                await console.Out.WriteAsync(users.Count == 0 ? "No users. Add one with: hpc user add NAME --home DIR\n" : Table(users)).ConfigureAwait(false);
            }

            List<CliUser> unreadable = [.. users.Where(user => user.Account is null)];
            foreach (CliUser user in unreadable)
            {
                await console.Error.WriteLineAsync("hpc: " + LogEscape.Text(user.Fault!)).ConfigureAwait(false);
            }

            return unreadable.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }, ct));
        return command;
    }

    private static Command Show(CliConsole console)
    {
        Option<bool> json = JsonOption();
        var command = new Command("show", "Show one user.") { Name, json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            UserAccount user = await UserStoreAccess.RequireAsync(store, parsed.GetRequiredValue(Name), ct).ConfigureAwait(false);
            string[] scopes = [UsageScope.OfUser(user.UserName), .. user.Folders.Select(mount => UsageScope.OfFolder(mount.FolderName))];
            IReadOnlyDictionary<string, UsageRecord> usage = await UsageAccess.FindAsync(flags, parsed, console, scopes, ct).ConfigureAwait(false);
            await PrintAsync(UserView.Of(user).With(usage), parsed.GetValue(json), console).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Command Remove(CliConsole console)
    {
        var command = new Command("remove", "Remove a user. Files stay; open sessions end.") { Name };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(Name);
            if (await store.DeleteAsync(name, ct).ConfigureAwait(false) != UserStoreOutcome.Done)
            {
                throw UserStoreAccess.NotFound(name);
            }

            await UsageAccess.ForgetAsync(flags, parsed, console, UsageScope.OfUser(name), ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync($"Removed {LogEscape.Text(name)}.").ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Command ResetTransfer(CliConsole console)
    {
        var command = new Command("reset-transfer", "Begin to count anew what a user uploads and downloads, for --upload-limit, --download-limit and --transfer-limit.") { Name };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            UserAccount user = await UserStoreAccess.RequireAsync(store, parsed.GetRequiredValue(Name), ct).ConfigureAwait(false);
            bool isReset = await UsageAccess.ResetTransferAsync(flags, parsed, console, UsageScope.OfUser(user.UserName), ct).ConfigureAwait(false);
            await console.Out.WriteLineAsync(
                $"{LogEscape.Text(user.UserName)}: {(isReset ? "counted from now on." : "nothing was counted yet.")}").ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static string Table(IReadOnlyList<CliUser> users)
    {
        var table = new TextTable("USER", "STATE", "PASSWORD", "KEYS", "PERMISSIONS", "QUOTA", "FOLDERS", "HOME");
        foreach (CliUser stored in users)
        {
            if (stored.Account is not { } user)
            {
                table.Add(stored.UserName, "unreadable", "", "", "", "", "", "");
                continue;
            }

            table.Add(
                user.UserName, UserText.State(user.IsEnabled, user.ExpiresAt), user.PasswordHash is null ? "no" : "yes",
                user.PublicKeys.Count.ToString(CultureInfo.InvariantCulture), UserText.Summary(user), UserText.Quota(user.QuotaBytes, user.QuotaFiles),
                user.Folders.Count.ToString(CultureInfo.InvariantCulture), user.HomeDirectory);
        }

        return table.ToString();
    }
}
