using Hpc.Accounts;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>A name filter in one argument: <c>DIR:allow=P,P;deny=P,P;policy=hide</c>.</summary>
internal static class PatternRuleArgument
{
    public const string Form = "DIR:allow=PATTERNS;deny=PATTERNS;policy=deny|hide";

    private const string Allow = "allow";
    private const string Deny = "deny";
    private const string Policy = "policy";
    private static readonly string[] Keys = [Allow, Deny, Policy];

    public static FilePatternRule Read(string text, string flag)
    {
        // A directory may hold colons; the first one that a key follows ends it.
        int colon = Keys.Select(key => text.IndexOf($":{key}=", StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(-1).Min();
        if (colon < 0)
        {
            throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: {Form}, like /in:allow=*.csv,*.txt;deny=~*.");
        }

        string directory = PathArgument.Read(text[..colon], flag);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in EscapedText.Split(text[(colon + 1)..], ';'))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? part : part[..equals];
            if (equals < 0 || !Keys.Contains(key, StringComparer.Ordinal))
            {
                throw CliException.Usage($"{flag} {LogEscape.Text(directory)}: found \"{LogEscape.Text(part)}\", allowed: allow=PATTERNS, deny=PATTERNS and policy=deny|hide; a ; or , in a pattern is written \\; or \\,.");
            }

            if (!values.TryAdd(key, part[(equals + 1)..]))
            {
                throw CliException.Usage($"{flag} {LogEscape.Text(directory)}: found {key} twice, allowed: each of {string.Join(", ", Keys)} once.");
            }
        }

        var rule = new FilePatternRule(directory, Patterns(values, Allow, flag, directory), Patterns(values, Deny, flag, directory), PolicyOf(values, flag, directory));
        return rule.Allowed.Count + rule.Denied.Count > 0
            ? rule
            : throw CliException.Usage($"{flag} {LogEscape.Text(directory)}: found no pattern, allowed: allow=PATTERNS, deny=PATTERNS or both.");
    }

    // The backslash stays: the pattern knows it too.
    private static List<string> Patterns(Dictionary<string, string> values, string key, string flag, string directory)
    {
        if (!values.TryGetValue(key, out string? list))
        {
            return [];
        }

        List<string> patterns = [.. EscapedText.Split(list, ',').Distinct(StringComparer.Ordinal)];
        foreach (string pattern in patterns)
        {
            if (!NamePatternRules.IsValid(pattern))
            {
                throw CliException.Usage($"{flag} {LogEscape.Text(directory)}: {key} has \"{LogEscape.Text(pattern)}\", allowed: {NamePatternRules.Allowed}.");
            }
        }

        return patterns;
    }

    private static FilePatternPolicy PolicyOf(Dictionary<string, string> values, string flag, string directory) => values.GetValueOrDefault(Policy) switch
    {
        null or "deny" or "0" => FilePatternPolicy.Deny,
        "hide" or "1" => FilePatternPolicy.Hide,
        string other => throw CliException.Usage($"{flag} {LogEscape.Text(directory)}: policy is \"{LogEscape.Text(other)}\", allowed: deny (refused names are listed) or hide (they do not exist)."),
    };
}
