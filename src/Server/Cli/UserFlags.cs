using System.CommandLine;
using System.Globalization;
using Hpc.Accounts;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>The flags that <c>user add</c> and <c>user set</c> share, and their values.</summary>
internal sealed class UserFlags
{
    private readonly Option<string[]> _publicKeys = new("--public-key", "-k")
    {
        Description = "Public key to log in with: a file (id_ed25519.pub, authorized_keys) or the line itself. May be repeated.",
        HelpName = "FILE|LINE",
    };

    private readonly Option<string?> _expires = new("--expires")
    {
        Description = "No logins from this time on: 2030-12-31, 2030-12-31T18:00:00+01:00 (UTC if no zone is given), or never.",
        HelpName = "TIME",
    };

    private readonly AccessFlags _access;
    private readonly MountFlags _mounts;
    private readonly LimitFlags _limits;

    /// <param name="command">Gets the flags.</param>
    /// <param name="isChange">Whether there is something that can be taken away.</param>
    public UserFlags(Command command, bool isChange)
    {
        Passwords = new PasswordFlags(command);
        command.Add(_publicKeys);
        command.Add(_expires);
        _access = new AccessFlags(command, isChange);
        _mounts = new MountFlags(command, isChange);
        _limits = new LimitFlags(command);
        Logins = new LoginFlags(command);
    }

    public PasswordFlags Passwords { get; }

    public LoginFlags Logins { get; }

    public IReadOnlyList<string> PublicKeys(ParseResult parsed) => PublicKeyArguments.Read(parsed.GetValue(_publicKeys) ?? []);

    /// <summary>The account with permissions, name filters, folders and limits as the flags say; what they do not name stays.</summary>
    public UserAccount Apply(ParseResult parsed, UserAccount user) => _limits.Apply(parsed, _mounts.Apply(parsed, _access.Apply(parsed, user)));

    public bool HasExpiry(ParseResult parsed) => parsed.GetValue(_expires) is not null;

    /// <summary>Null is never.</summary>
    public DateTimeOffset? Expiry(ParseResult parsed)
    {
        string text = parsed.GetValue(_expires) ?? "never";
        if (text == "never")
        {
            return null;
        }

        string[] formats = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK"];
        return DateTimeOffset.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
            ? time
            : throw CliException.Usage($"--expires: found \"{LogEscape.Text(text)}\", allowed: a time like 2030-12-31 or 2030-12-31T18:00:00+01:00, or never.");
    }
}
