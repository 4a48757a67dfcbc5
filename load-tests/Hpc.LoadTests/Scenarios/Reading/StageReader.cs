using Hpc.LoadTests.Scenarios.Document;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Reads the stages.</summary>
internal static class StageReader
{
    private static readonly Dictionary<string, StageKind> Kinds = new(StringComparer.Ordinal)
    {
        ["ramp"] = StageKind.Ramp,
        ["steady"] = StageKind.Steady,
        ["burst"] = StageKind.Burst,
        ["soak"] = StageKind.Soak,
    };

    private static readonly Dictionary<string, ThinkTimeKind> ThinkKinds = new(StringComparer.Ordinal)
    {
        ["fixed"] = ThinkTimeKind.Fixed,
        ["uniform"] = ThinkTimeKind.Uniform,
        ["exponential"] = ThinkTimeKind.Exponential,
    };

    public static IReadOnlyList<Stage> Read(MapReader top, int sessions)
    {
        OperationMix operations = Operations(top.Map("operations")) ?? OperationMix.Idle;
        ThinkTime think = Think(top.Map("think_time")) ?? ThinkTime.None;
        var stages = new List<Stage>();
        int before = 0;
        IReadOnlyList<DocumentNode> items = top.List("stages", ScenarioLimits.Stages);
        for (int i = 0; i < items.Count; i++)
        {
            if (items[i] is not MapNode map)
            {
                top.Faults.Add($"stages[{i}]", items[i], "keys and values");
                continue;
            }

            var reader = new MapReader(map, $"stages[{i}]", top.Faults);
            Stage stage = ReadStage(reader, sessions, before, operations, think);
            reader.Finish();
            stages.Add(stage);
            before = stage.To;
        }

        if (items.Count == 0)
        {
            top.Faults.Add("stages", top.Line, "found nothing; allowed is a list of stages.");
        }

        return stages;
    }

    private static Stage ReadStage(MapReader reader, int sessions, int before, OperationMix operations, ThinkTime think)
    {
        if (!reader.Has("kind"))
        {
            reader.Faults.Add(reader.PathOf("kind"), reader.Line, $"found nothing; allowed is one of {string.Join(", ", Kinds.Keys)}.");
        }

        StageKind kind = reader.Choice("kind", Kinds, StageKind.Steady);
        int to = Sessions(reader, kind == StageKind.Ramp ? "to" : "sessions", sessions, sessions);
        int from = kind == StageKind.Ramp ? Sessions(reader, "from", sessions, before) : to;
        bool hasDuration = kind is StageKind.Steady or StageKind.Soak;
        if (hasDuration && !reader.Has("duration"))
        {
            reader.Faults.Add(reader.PathOf("duration"), reader.Line, "found nothing; allowed is a time such as '10 s'.");
        }

        return new Stage
        {
            Name = reader.Text("name", kind.ToString().ToLowerInvariant()),
            Kind = kind,
            From = from,
            To = to,
            Duration = kind == StageKind.Burst ? TimeSpan.Zero : reader.Duration("duration", ScenarioLimits.Duration, TimeSpan.Zero),
            TimeLimit = hasDuration ? ScenarioLimits.Duration : reader.Duration("time_limit", ScenarioLimits.Duration, TimeSpan.FromMinutes(10)),
            Repeat = kind == StageKind.Burst ? reader.Count("repeat", 1, ScenarioLimits.Repeat, 1) : 1,
            LoginsPerSecond = reader.NumberOrZero("logins_per_second", ScenarioLimits.LeastLoginsPerSecond, ScenarioLimits.LoginsPerSecond, 0),
            Operations = Operations(reader.Map("operations")) ?? operations,
            Think = Think(reader.Map("think_time")) ?? think,
            ReadsMemory = reader.Flag("memory", false),
        };
    }

    /// <summary>A number, or a part of the scenario's sessions: <c>50%</c>.</summary>
    private static int Sessions(MapReader reader, string key, int all, int fallback)
    {
        if (reader.Scalar(key, "a number of sessions") is { } scalar && scalar.Value.EndsWith('%'))
        {
            if (int.TryParse(scalar.Value.AsSpan()[..^1], out int percent) && percent is >= 0 and <= 100)
            {
                return percent == 0 ? 0 : Math.Max(1, (int)((long)all * percent / 100));
            }

            reader.Faults.Add(reader.PathOf(key), scalar, "0% to 100%");
            return fallback;
        }

        return reader.Count(key, 0, ScenarioLimits.Sessions, fallback);
    }

    private static OperationMix? Operations(MapReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        int faults = reader.Faults.Count;
        var weights = new List<(SessionAction, double)>();
        foreach ((string name, SessionAction action) in OperationMix.Names)
        {
            double weight = reader.Number(name, 0, ScenarioLimits.Weight, 0);
            if (weight > 0)
            {
                weights.Add((action, weight));
            }
        }

        reader.Finish();
        if (weights.Count == 0 && reader.Faults.Count == faults)
        {
            reader.Faults.Add(reader.Path, reader.Line, "found no operation with a weight above 0; allowed are " + string.Join(", ", OperationMix.Names.Keys) + ".");
        }

        return weights.Count == 0 ? OperationMix.Idle : new OperationMix(weights);
    }

    private static ThinkTime? Think(MapReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        ThinkTimeKind kind = reader.Choice("kind", ThinkKinds, ThinkTimeKind.Fixed);
        TimeSpan Time(string key) => reader.Duration(key, ScenarioLimits.Think, TimeSpan.Zero);
        ThinkTime think = kind switch
        {
            ThinkTimeKind.Uniform => new ThinkTime(kind, Time("from"), Time("to")),
            ThinkTimeKind.Exponential => new ThinkTime(kind, Time("mean"), TimeSpan.Zero),
            _ => new ThinkTime(kind, Time("value"), TimeSpan.Zero),
        };
        reader.Finish();
        if (kind == ThinkTimeKind.Uniform && think.Second < think.First)
        {
            reader.Faults.Add(reader.PathOf("to"), reader.Line, "found less than 'from'; allowed is at least that.");
        }

        return think;
    }
}
