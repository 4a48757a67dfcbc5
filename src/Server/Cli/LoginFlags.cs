using System.CommandLine;
using System.Globalization;
using Hpc.Accounts.Objects;

namespace Hpc.Server.Cli;

/// <summary>Groups, role, sessions and who may log in how and from where: flags of <c>user add</c> and <c>user set</c>.</summary>
internal sealed class LoginFlags
{
    private readonly Option<string[]> _groups = List("--group", "Group of the user: NAME for the primary one, NAME:secondary, or NAME:membership, which gives nothing", "NAME[:TYPE]");
    private readonly Option<string?> _role = new("--role") { Description = "Role whose administrators see the user; \"\" for none.", HelpName = "NAME" };
    private readonly Option<string?> _email = new("--email") { Description = "Address for notices; \"\" for none.", HelpName = "ADDRESS" };
    private readonly Option<string?> _description = new("--description") { Description = "One line for the operator; \"\" for none.", HelpName = "TEXT" };
    private readonly Option<string?> _maxSessions = new("--max-sessions") { Description = "Most sessions at once; 0 is no limit.", HelpName = "N" };
    private readonly Option<string[]> _allowFrom = List("--allow-from", "Network that logins may come from, like 10.0.0.0/8; others may not", "CIDR");
    private readonly Option<string[]> _denyFrom = List("--deny-from", "Network that logins may not come from", "CIDR");
    private readonly Option<string[]> _denyMethods = List("--deny-method", $"Login method that is refused: {string.Join(", ", LoginMethodNames.All)}", "METHOD");
    private readonly Option<string[]> _denyProtocols = List("--deny-protocol", $"Protocol that is refused: {string.Join(", ", ProtocolNames.All)}", "PROTOCOL");

    public LoginFlags(Command command)
    {
        foreach (Option option in new Option[] { _groups, _role, _email, _description, _maxSessions, _allowFrom, _denyFrom, _denyMethods, _denyProtocols })
        {
            command.Add(option);
        }
    }

    /// <summary>True if a flag names anything.</summary>
    public bool IsGiven(ParseResult parsed) =>
        new Option[] { _groups, _role, _email, _description, _maxSessions, _allowFrom, _denyFrom, _denyMethods, _denyProtocols }.Any(option => parsed.GetResult(option) is { Implicit: false });

    /// <summary>The user with what the flags say; what they do not name stays.</summary>
    public User Apply(ParseResult parsed, User user) => user with
    {
        Groups = Given(parsed, _groups) is { } groups ? [.. groups.Select(Group)] : user.Groups,
        Role = parsed.GetValue(_role) ?? user.Role,
        Email = parsed.GetValue(_email) ?? user.Email,
        Description = parsed.GetValue(_description) ?? user.Description,
        MaxSessions = parsed.GetValue(_maxSessions) is string text ? Number(text) : user.MaxSessions,
        Filters = user.Filters with
        {
            AllowedIp = Given(parsed, _allowFrom) ?? user.Filters.AllowedIp,
            DeniedIp = Given(parsed, _denyFrom) ?? user.Filters.DeniedIp,
            DeniedLoginMethods = Given(parsed, _denyMethods) ?? user.Filters.DeniedLoginMethods,
            DeniedProtocols = Given(parsed, _denyProtocols) ?? user.Filters.DeniedProtocols,
        },
    };

    private static string[]? Given(ParseResult parsed, Option<string[]> option) =>
        parsed.GetValue(option) is { Length: > 0 } values ? values is ["none"] ? [] : values : null;

    private static GroupMapping Group(string text)
    {
        int colon = text.LastIndexOf(':');
        string type = colon < 0 ? "primary" : text[(colon + 1)..];
        return new GroupMapping
        {
            Name = colon < 0 ? text : text[..colon],
            Type = type switch
            {
                "primary" => 1,
                "secondary" => 2,
                "membership" => 3,
                _ => throw CliException.Usage($"--group: found \"{Logging.LogEscape.Text(type)}\", allowed: NAME, NAME:primary, NAME:secondary or NAME:membership."),
            },
        };
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw CliException.Usage($"--max-sessions: found \"{Logging.LogEscape.Text(text)}\", allowed: a whole number, 0 for no limit.");

    private static Option<string[]> List(string name, string description, string helpName) =>
        new(name) { Description = description + ". May be repeated, and takes the place of all that there were; none for none.", HelpName = helpName };
}
