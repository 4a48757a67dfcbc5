using System.CommandLine;
using Hpc.Accounts;
using Hpc.Server.Cli.Access;

namespace Hpc.Server.Cli;

/// <summary><c>hpc user add</c>.</summary>
internal static class UserAddCommand
{
    public static Command Create(CliConsole console)
    {
        var name = new Argument<string>("NAME") { Description = "User name." };
        var home = new Option<string>("--home") { Description = "Directory that the user sees as /; created at the first login.", HelpName = "DIR", Required = true };
        var disabled = new Option<bool>("--disabled") { Description = "Refuse logins until 'hpc user set NAME --enabled'." };
        Option<bool> json = UserCommand.JsonOption();
        var command = new Command("add", "Add a user with a password (asked for on a terminal), public keys or both.") { name, home };
        var user = new UserFlags(command, isChange: false);
        command.Add(disabled);
        command.Add(json);
        var flags = new ConfigurationFlags(command);
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(flags, parsed, console, async store =>
        {
            string userName = parsed.GetRequiredValue(name);
            if (await store.FindAsync(userName, ct).ConfigureAwait(false) is not null)
            {
                throw new CliException($"There is a user {Logging.LogEscape.Text(userName)} already; 'hpc user set' changes it.");
            }

            IReadOnlyList<string> keys = user.PublicKeys(parsed);
            UserAccount account = user.Apply(parsed, new UserAccount
            {
                UserName = userName,
                HomeDirectory = PathArgument.NotPrivate(PathArgument.Local(parsed.GetRequiredValue(home), home.Name), home.Name, flags.Load(parsed, console)),
                PublicKeys = keys,
                ExpiresAt = user.Expiry(parsed),
                IsEnabled = !parsed.GetValue(disabled),
            });

            // Last, so that nobody types a password for a command line that is refused.
            account = account with { PasswordHash = user.Passwords.Hash(parsed) };
            string? newPassword = account.PasswordHash is null ? PasswordOf(user.Passwords, parsed, console, keys.Count > 0) : null;
            UserAccount stored = UserStoreAccess.Require(await store.AddAsync(account, new UserEdit(newPassword, added => user.Logins.Apply(parsed, added)), ct).ConfigureAwait(false), account);
            if (parsed.GetValue(json))
            {
                await UserCommand.PrintAsync(stored, asJson: true, console).ConfigureAwait(false);
            }
            else
            {
                await console.Out.WriteLineAsync($"Added {Logging.LogEscape.Text(userName)} with home {Logging.LogEscape.Text(stored.HomeDirectory)}.").ConfigureAwait(false);
            }

            return ExitCodes.Success;
        }, ct));
        return command;
    }

    private static string? PasswordOf(PasswordFlags passwords, ParseResult parsed, CliConsole console, bool hasKeys)
    {
        string? password = passwords.Plain(parsed, console);
        if (password is null && !hasKeys && console.AskSecret is { } ask)
        {
            password = PasswordFlags.Ask(ask);
        }

        return password is null && !hasKeys
            ? throw CliException.Usage("A user needs a password (--password-stdin, --password-file) or a public key (--public-key).")
            : password;
    }
}
