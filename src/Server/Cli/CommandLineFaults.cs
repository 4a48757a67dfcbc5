using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>What is wrong with a command line, in the form of all other faults: the flag, what was found, what is allowed.</summary>
internal static partial class CommandLineFaults
{
    private const int MostDistance = 3;

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["System.Int32"] = "a whole number",
        ["System.UInt16"] = "a whole number from 0 to 65535",
        ["System.Boolean"] = "true or false",
    };

    public static IReadOnlyList<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is [var stray, ..] && command.Subcommands.Count > 0 && parsed.CommandResult.Tokens.Count == 0)
        {
            return [$"found \"{LogEscape.Text(stray)}\", allowed: {string.Join(", ", command.Subcommands.Select(static child => child.Name))}.{Nearest(stray, command.Subcommands.Select(static child => child.Name))}"];
        }

        return [.. parsed.Errors.Select(error => Of(error.Message, command)).Distinct(StringComparer.Ordinal)];
    }

    private static string Of(string message, Command command)
    {
        if (Unknown().Match(message) is { Success: true } unknown)
        {
            string found = unknown.Groups["found"].Value;
            return found.StartsWith('-')
                ? $"{LogEscape.Text(found)}: there is no such flag.{Nearest(found, command.Options.Select(static option => option.Name))}"
                : $"found \"{LogEscape.Text(found)}\", which is one argument too many.";
        }

        if (OtherKind().Match(message) is { Success: true } kind)
        {
            return $"{kind.Groups["flag"].Value}: found \"{LogEscape.Text(kind.Groups["found"].Value)}\", allowed: {Kinds.GetValueOrDefault(kind.Groups["type"].Value, "a value of another kind")}.";
        }

        return Missing().Match(message) is { Success: true } missing ? $"{missing.Groups["flag"].Value}: is missing." : LogEscape.Text(message);
    }

    private static string Nearest(string found, IEnumerable<string> names)
    {
        string? nearest = names.Where(name => EditDistance.Of(found, name) <= Math.Min(found.Length / 3, MostDistance)).OrderBy(name => EditDistance.Of(found, name)).FirstOrDefault();
        return nearest is null ? "" : $" Did you mean {nearest}?";
    }

    [GeneratedRegex("^Unrecognized command or argument '(?<found>.*)'\\.$", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Unknown();

    [GeneratedRegex("^Cannot parse argument '(?<found>.*)' for option '(?<flag>[^']+)' as expected type '(?<type>[^']+)'\\.", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex OtherKind();

    [GeneratedRegex("^(Option '(?<flag>[^']+)' is required\\.|Required argument missing for option: '(?<flag>[^']+)'\\.|Required argument '(?<flag>[^']+)' missing for command: '[^']*'\\.)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Missing();
}
