using System.Globalization;

namespace Hpc.LoadTests.Scenarios;

/// <summary>One thing that is wrong with a scenario: where, what was found, what is allowed.</summary>
internal sealed record ScenarioFault(string Path, int Line, string Message)
{
    public override string ToString() => (Path, Line) switch
    {
        ("", 0) => Message,
        ("", _) => string.Create(CultureInfo.InvariantCulture, $"line {Line}: {Message}"),
        (_, 0) => $"{Path}: {Message}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Path} (line {Line}): {Message}"),
    };
}
