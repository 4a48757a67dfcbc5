using Hpc.LoadTests.Scenarios.Document;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Thresholds;
using FileOptions = Hpc.LoadTests.Scenarios.Model.FileOptions;

namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Makes a scenario of its text.</summary>
internal static class ScenarioReader
{
    private const int MaxNameLength = 100;

    /// <exception cref="ScenarioException">Everything that is wrong with it.</exception>
    public static Scenario Read(string text, IEnumerable<string> settings)
    {
        MapNode document = DocumentReader.Read(text);
        foreach (string setting in settings)
        {
            DocumentOverride.Apply(document, setting);
        }

        var faults = new ScenarioFaults();
        var reader = new MapReader(document, "", faults);
        Scenario scenario = ReadTop(reader);
        reader.Finish();
        faults.ThrowIfAny();
        return scenario;
    }

    private static Scenario ReadTop(MapReader reader)
    {
        string name = reader.Text("name", "");
        if (name.Length is 0 or > MaxNameLength || name.Any(static c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            reader.Faults.Add("name", reader.Line, $"found '{name}'; allowed is a name of letters, digits, '-', '_' and '.', at most {MaxNameLength} long.");
        }

        string description = reader.Text("description", "");
        int seed = reader.Count("seed", 0, int.MaxValue, 1);
        int sessions = reader.Count("sessions", 1, ScenarioLimits.Sessions, 10);
        FileOptions files = FileReader.Read(reader.Map("files"));
        return new Scenario
        {
            Name = name,
            Description = description,
            Seed = seed,
            Sessions = sessions,
            Target = SectionReader.Target(reader.Map("target")),
            Server = SectionReader.Server(reader.Map("server")),
            Files = files,
            Transfer = FileReader.Transfer(reader.Map("transfer")),
            Algorithms = SectionReader.Algorithms(reader.Map("algorithms")),
            Relay = SectionReader.Relay(reader.Map("relay")),
            Limits = SectionReader.Limits(reader.Map("client_limits")),
            Stages = StageReader.Read(reader, sessions),
            Thresholds = ReadThresholds(reader.Map("thresholds")),
        };
    }

    private static List<Threshold> ReadThresholds(MapReader? reader)
    {
        var thresholds = new List<Threshold>();
        foreach ((string metric, ScalarNode value) in reader?.Scalars("a comparison such as '<= 500 ms'") ?? [])
        {
            if (!MetricCatalog.Units.TryGetValue(metric, out MetricUnit unit))
            {
                reader!.Faults.Add(reader.PathOf(metric), value.Line, $"there is no such figure{Suggestion.For(metric, MetricCatalog.Units.Keys)}.");
            }
            else if (ThresholdText.TryRead(metric, unit, value.Value, out Threshold threshold))
            {
                thresholds.Add(threshold);
            }
            else
            {
                reader!.Faults.Add(reader.PathOf(metric), value, ThresholdText.HintFor(unit));
            }
        }

        return thresholds;
    }
}
