namespace Hpc.LoadTests.Scenarios;

/// <summary>A scenario, or what was set in it, is wrong.</summary>
#pragma warning disable CA1032 // Made from faults only.
internal sealed class ScenarioException(IReadOnlyList<ScenarioFault> faults) : Exception(string.Join('\n', faults))
#pragma warning restore CA1032
{
    public IReadOnlyList<ScenarioFault> Faults { get; } = faults;

    public static ScenarioException Of(string path, int line, string message) => new([new ScenarioFault(path, line, message)]);
}
