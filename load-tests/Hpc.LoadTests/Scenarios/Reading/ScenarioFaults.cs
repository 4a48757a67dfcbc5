namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Collects what is wrong, so that one run shows all of it.</summary>
internal sealed class ScenarioFaults
{
    private const int MaxFaults = 100;
    private const int MaxShown = 80;

    private readonly List<ScenarioFault> _faults = [];

    public int Count => _faults.Count;

    public void Add(string path, int line, string message)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(new ScenarioFault(path, line, message));
        }
    }

    public void Add(string path, Document.DocumentNode found, string wanted)
    {
        string kind = found.Kind.Length > MaxShown ? found.Kind[..MaxShown] + "…" : found.Kind;
        Add(path, found.Line, $"found {kind}; allowed is {wanted}.");
    }

    public void ThrowIfAny()
    {
        if (_faults.Count > 0)
        {
            throw new ScenarioException([.. _faults]);
        }
    }
}
