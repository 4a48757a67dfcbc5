using System.Collections;

namespace Hpc.Server.Cli;

/// <summary>What a command reads from and writes to; tests bring their own.</summary>
internal sealed record CliConsole
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    public required IDictionary Environment { get; init; }

    public bool IsInputTerminal { get; init; }

    public bool IsOutputTerminal { get; init; }

    public bool IsErrorTerminal { get; init; }

    /// <summary>Asks for a password without showing it; null where nobody can be asked.</summary>
    public Func<string, string>? AskSecret { get; init; }

    /// <summary>True if colours and live displays are wanted: a terminal, and no <c>NO_COLOR</c> (no-color.org).</summary>
    public bool IsRich => IsOutputTerminal && string.IsNullOrEmpty(Environment["NO_COLOR"] as string) && Environment["TERM"] as string != "dumb";

    public static CliConsole System() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        Environment = global::System.Environment.GetEnvironmentVariables(),
        IsInputTerminal = !Console.IsInputRedirected,
        IsOutputTerminal = !Console.IsOutputRedirected,
        IsErrorTerminal = !Console.IsErrorRedirected,
        AskSecret = Console.IsInputRedirected ? null : SecretPrompt.Ask,
    };
}
