using System.CommandLine;
using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Server.Cli.Access;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary><c>hpc user set</c>: changes what the flags name and leaves the rest.</summary>
internal sealed class UserSetCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "User name." };
    private readonly Option<string?> _home = new("--home") { Description = "Directory that the user sees as /.", HelpName = "DIR" };
    private readonly Option<bool> _askPassword = new("--password") { Description = "Ask for a new password on the terminal." };
    private readonly Option<bool> _noPassword = new("--no-password") { Description = "Take the password away; keys stay." };
    private readonly Option<string[]> _removeKeys = new("--remove-public-key")
    {
        Description = "Take a key away, by its fingerprint as 'hpc user show' prints it; all takes every key. May be repeated.",
        HelpName = "SHA256:…",
    };

    private readonly Option<bool> _noSecondFactor = SecondFactorFlag.New();
    private readonly Option<bool> _enabled = new("--enabled") { Description = "Allow logins." };
    private readonly Option<bool> _disabled = new("--disabled") { Description = "Refuse logins; open sessions end." };
    private readonly Option<bool> _json = UserCommand.JsonOption();
    private readonly CliConsole _console;
    private readonly UserFlags _user;
    private readonly ConfigurationFlags _flags;

    private UserSetCommand(Command command, CliConsole console)
    {
        _console = console;
        command.Add(_name);
        command.Add(_home);
        _user = new UserFlags(command, isChange: true);
        foreach (Option option in new Option[] { _askPassword, _noPassword, _removeKeys, _noSecondFactor, _enabled, _disabled, _json })
        {
            command.Add(option);
        }

        _flags = new ConfigurationFlags(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_enabled) && result.GetValue(_disabled))
            {
                result.AddError("Give one of --enabled and --disabled.");
            }
        });
        command.SetAction((parsed, ct) => UserStoreAccess.WithStoreAsync(_flags, parsed, console, store => SetAsync(parsed, store, ct), ct));
    }

    public static Command Create(CliConsole console)
    {
        var command = new Command("set", "Change a user. What no flag names stays as it is; keys, directories and folders given are added. It is in force for the next operation of open sessions.");
        _ = new UserSetCommand(command, console);
        return command;
    }

    private async Task<int> SetAsync(ParseResult parsed, CliStore store, CancellationToken ct)
    {
        string name = parsed.GetRequiredValue(_name);
        UserAccount before = await UserStoreAccess.RequireAsync(store, name, ct).ConfigureAwait(false);
        UserAccount after = _user.Apply(parsed, before) with
        {
            HomeDirectory = parsed.GetValue(_home) is string home
                ? PathArgument.NotPrivate(PathArgument.Local(home, _home.Name), _home.Name, _flags.Load(parsed, _console))
                : before.HomeDirectory,
            PasswordHash = Hash(parsed, before),
            PublicKeys = Keys(parsed, before),
            ExpiresAt = _user.HasExpiry(parsed) ? _user.Expiry(parsed) : before.ExpiresAt,
            IsEnabled = parsed.GetValue(_enabled) || (!parsed.GetValue(_disabled) && before.IsEnabled),
        };

        // Nothing to store is no new version.
        string? newPassword = NewPassword(parsed);
        bool isChange = newPassword is not null || _user.Logins.IsGiven(parsed) || UserAccountDigest.Of(WithPaths(after, before)) != UserAccountDigest.Of(before);
        UserAccount stored = isChange ? UserStoreAccess.Require(await store.UpdateAsync(after, new UserEdit(newPassword, user => _user.Logins.Apply(parsed, user)), ct).ConfigureAwait(false), after) : before;
        if (parsed.GetValue(_noSecondFactor))
        {
            await SecondFactorFlag.SwitchOffAsync(store.Client, ObjectKind.User, name, ct).ConfigureAwait(false);
            stored = await UserStoreAccess.RequireAsync(store, name, ct).ConfigureAwait(false);
        }

        await UsageAccess.ForgetCountsAsync(_flags, parsed, _console, CountedScopes.MadeOld(before, stored), ct).ConfigureAwait(false);
        await UserCommand.PrintAsync(stored, parsed.GetValue(_json), _console).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    // A folder that is given again has no path of this machine before it is stored.
    private static UserAccount WithPaths(UserAccount user, UserAccount before)
    {
        var paths = before.Folders.ToDictionary(mount => mount.FolderName, mount => mount.MappedPath, StringComparer.Ordinal);
        return user with { Folders = [.. user.Folders.Select(mount => mount with { MappedPath = paths.GetValueOrDefault(mount.FolderName) })] };
    }

    private string? Hash(ParseResult parsed, UserAccount before)
    {
        bool isRemoved = parsed.GetValue(_noPassword);
        bool isAsked = parsed.GetValue(_askPassword);
        if ((isRemoved ? 1 : 0) + (isAsked ? 1 : 0) + (_user.Passwords.IsGiven(parsed) ? 1 : 0) > 1)
        {
            throw CliException.Usage("Give one of --password, --no-password and the other password flags.");
        }

        return isRemoved ? null : _user.Passwords.Hash(parsed) ?? before.PasswordHash;
    }

    // Last, so that nobody types a password for a command line that is refused.
    private string? NewPassword(ParseResult parsed)
    {
        if (!parsed.GetValue(_askPassword))
        {
            return _user.Passwords.Plain(parsed, _console);
        }

        Func<string, string> ask = _console.AskSecret ?? throw CliException.Usage("--password asks on a terminal, and there is none; use --password-stdin or --password-file.");
        return PasswordFlags.Ask(ask) ?? throw new CliException("The password stays as it is: none was typed.");
    }

    private List<string> Keys(ParseResult parsed, UserAccount before)
    {
        List<string> keys = [.. before.PublicKeys];
        foreach (string unwanted in parsed.GetValue(_removeKeys) ?? [])
        {
            int removed = unwanted == "all" ? keys.RemoveAll(_ => true) : keys.RemoveAll(line => PublicKeyView.Of(line).Fingerprint == unwanted);
            if (removed == 0 && unwanted != "all")
            {
                throw new CliException($"The user has no key {LogEscape.Text(unwanted)}; 'hpc user show' lists them.");
            }
        }

        // A key given again replaces its line, so that its options and comment can be changed.
        foreach (string line in _user.PublicKeys(parsed))
        {
            string fingerprint = PublicKeyView.Of(line).Fingerprint;
            keys.RemoveAll(old => PublicKeyView.Of(old).Fingerprint == fingerprint);
            keys.Add(line);
        }

        return keys;
    }
}
