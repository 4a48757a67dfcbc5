using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc user</c>: users in the database of the data directory, whether a server runs on it or not.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "User name." };

    public static Command Create(CliConsole console) => new("user", "Add, list, show, change and remove users; works while the server runs.")
    {
        UserAddCommand.Create(console),
        List(console),
        Show(console),
        UserSetCommand.Create(console),
        Remove(console),
    };

    public static Task PrintAsync(UserAccount user, bool asJson, CliConsole console)
    {
        UserView view = UserView.Of(user);
        return console.Out.WriteAsync(asJson ? JsonSerializer.Serialize(view, UserJson.Default.UserView) + "\n" : Describe(view));
    }

    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON." };

    private static Command List(CliConsole console)
    {
        Option<bool> json = JsonOption();
        var command = new Command("list", "List users.") { json };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            List<UserAccount> users = await AllAsync(store, ct).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                IReadOnlyList<UserView> views = [.. users.Select(UserView.Of)];
                await console.Out.WriteLineAsync(JsonSerializer.Serialize(views, UserJson.Default.IReadOnlyListUserView)).ConfigureAwait(false);
                return ExitCodes.Success;
            }

            await console.Out.WriteAsync(users.Count == 0 ? "No users. Add one with: hpc user add NAME --home DIR\n" : Table(users)).ConfigureAwait(false);
            return ExitCodes.Success;
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
            await PrintAsync(user, parsed.GetValue(json), console).ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static Command Remove(CliConsole console)
    {
        var command = new Command("remove", "Remove a user. Files stay; open sessions end within two seconds.") { Name };
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string name = parsed.GetRequiredValue(Name);
            if (await store.DeleteAsync(name, ct).ConfigureAwait(false) != UserStoreOutcome.Done)
            {
                throw UserStoreAccess.NotFound(name);
            }

            await console.Out.WriteLineAsync($"Removed {LogEscape.Text(name)}.").ConfigureAwait(false);
            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static async Task<List<UserAccount>> AllAsync(IUserStore store, CancellationToken ct)
    {
        var users = new List<UserAccount>();
        while (true)
        {
            IReadOnlyList<UserAccount> page = await store.ListAsync(users.Count == 0 ? null : users[^1].UserName, IUserStore.MaxPage, ct).ConfigureAwait(false);
            users.AddRange(page);
            if (page.Count < IUserStore.MaxPage)
            {
                return users;
            }
        }
    }

    private static string Table(List<UserAccount> users)
    {
        var table = new TextTable("USER", "STATE", "PASSWORD", "KEYS", "PERMISSIONS", "HOME");
        foreach (UserAccount user in users)
        {
            table.Add(
                user.UserName, State(user.IsEnabled, user.ExpiresAt), user.PasswordHash is null ? "no" : "yes",
                user.PublicKeys.Count.ToString(CultureInfo.InvariantCulture), string.Join(',', user.Permissions), user.HomeDirectory);
        }

        return table.ToString();
    }

    private static string Describe(UserView user)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        text.WriteLine($"User:        {LogEscape.Text(user.UserName)}");
        text.WriteLine($"Home:        {LogEscape.Text(user.HomeDirectory)}");
        text.WriteLine($"State:       {State(user.Enabled, user.ExpiresAt)}");
        text.WriteLine($"Expires:     {user.ExpiresAt?.ToString("yyyy-MM-ddTHH:mm:ssK", CultureInfo.InvariantCulture) ?? "never"}");
        text.WriteLine($"Password:    {(user.HasPassword ? "yes" : "no")}");
        text.WriteLine($"Permissions: {string.Join(", ", user.Permissions)}");
        foreach (PublicKeyView key in user.PublicKeys)
        {
            text.WriteLine($"Public key:  {key.Type} {key.Fingerprint} {LogEscape.Text(key.Comment)}".TrimEnd());
        }

        return text.ToString();
    }

    private static string State(bool isEnabled, DateTimeOffset? expiresAt) =>
        !isEnabled ? "disabled" : expiresAt <= TimeProvider.System.GetUtcNow() ? "expired" : "enabled";
}
