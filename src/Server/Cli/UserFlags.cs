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

    private readonly Option<string[]> _permissions = new("--permissions", "-g")
    {
        Description = $"What the user may do: {string.Join(", ", PermissionNames.All)}. Separated by commas, or repeated.",
        HelpName = "NAMES",
    };

    private readonly Option<string?> _expires = new("--expires")
    {
        Description = "No logins from this time on: 2030-12-31, 2030-12-31T18:00:00+01:00 (UTC if no zone is given), or never.",
        HelpName = "TIME",
    };

    public UserFlags(Command command)
    {
        Passwords = new PasswordFlags(command);
        command.Add(_publicKeys);
        command.Add(_permissions);
        command.Add(_expires);
    }

    public PasswordFlags Passwords { get; }

    public IReadOnlyList<string> PublicKeys(ParseResult parsed) => PublicKeyArguments.Read(parsed.GetValue(_publicKeys) ?? []);

    /// <summary>Null if not given.</summary>
    public IReadOnlyList<string>? Permissions(ParseResult parsed) =>
        parsed.GetValue(_permissions) is { Length: > 0 } given ? PermissionArguments.Read(given, "--permissions") : null;

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
