using System.Globalization;
using Hpc.LoadTests.Scenarios.Document;
using Hpc.LoadTests.Scenarios.Values;

namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Takes typed values out of keys and values. What it was not asked for when it is finished is a fault.</summary>
internal sealed class MapReader(MapNode map, string path, ScenarioFaults faults)
{
    private const int MaxText = 2000;

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public ScenarioFaults Faults => faults;

    public string Path => path;

    public int Line => map.Line;

    public string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    public bool Has(string key) => Find(key) is not null;

    /// <summary>True if keys and values stand below the key.</summary>
    public bool IsMap(string key) => Find(key) is MapNode;

    public string Text(string key, string fallback)
    {
        if (Scalar(key, "text") is not { } scalar)
        {
            return fallback;
        }

        if (scalar.Value.Length > MaxText)
        {
            faults.Add(PathOf(key), scalar.Line, $"found {scalar.Value.Length} characters; allowed are at most {MaxText}.");
        }

        return scalar.Value.Trim();
    }

    public int Count(string key, int least, int most, int fallback) => (int)Integer(key, least, most, fallback);

    public double Number(string key, double least, double most, double fallback) =>
        Measured(key, $"a number from {Show(least)} to {Show(most)}", UnitText.TryNumber, least, most, fallback);

    public TimeSpan Duration(string key, TimeSpan most, TimeSpan fallback) => TimeSpan.FromSeconds(
        Measured(key, $"{UnitText.DurationHint}, at most {Show(most.TotalSeconds)} s", UnitText.TryDuration, 0, most.TotalSeconds, fallback.TotalSeconds));

    public long Size(string key, long least, long most, long fallback) =>
        (long)Measured(key, $"{UnitText.SizeHint}, from {least} to {most} bytes", UnitText.TrySize, least, most, fallback);

    /// <summary>0, or a number in a range.</summary>
    public double NumberOrZero(string key, double least, double most, double fallback) =>
        MeasuredOrZero(key, $"0 or a number from {Show(least)} to {Show(most)}", UnitText.TryNumber, least, most, fallback);

    /// <summary>0, or bytes per second in a range.</summary>
    public double RateOrZero(string key, double least, double most, double fallback) =>
        MeasuredOrZero(key, $"0 or {UnitText.RateHint}, from {Show(least)} to {Show(most)} bytes per second", UnitText.TryRate, least, most, fallback);

    public bool Flag(string key, bool fallback) => Choice(key, BooleanChoices, fallback);

    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices, T fallback)
    {
        string wanted = "one of " + string.Join(", ", choices.Keys);
        if (Scalar(key, wanted) is not { } scalar)
        {
            return fallback;
        }

        if (choices.TryGetValue(scalar.Value, out T? chosen))
        {
            return chosen;
        }

        faults.Add(PathOf(key), scalar, wanted + Suggestion.For(scalar.Value, choices.Keys));
        return fallback;
    }

    /// <summary>Keys and values below a key, or null.</summary>
    public MapReader? Map(string key)
    {
        if (Find(key) is not { } node)
        {
            return null;
        }

        if (node is MapNode below)
        {
            return new MapReader(below, PathOf(key), faults);
        }

        faults.Add(PathOf(key), node, "keys and values");
        return null;
    }

    /// <summary>A list below a key; empty if it is not there.</summary>
    public IReadOnlyList<DocumentNode> List(string key, int most)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case ListNode list when list.Items.Count <= most:
                return list.Items;
            case { } other:
                faults.Add(PathOf(key), other, $"a list of at most {most} items");
                return [];
        }
    }

    /// <summary>Words of a list, each of them known.</summary>
    public IReadOnlyList<string> Words(string key, IReadOnlyList<string> known)
    {
        var words = new List<string>();
        foreach (DocumentNode item in List(key, known.Count))
        {
            if (item is ScalarNode scalar && known.Contains(scalar.Value))
            {
                words.Add(scalar.Value);
            }
            else
            {
                string suggestion = item is ScalarNode word ? Suggestion.For(word.Value, known) : "";
                faults.Add($"{PathOf(key)}[{words.Count}]", item, "one of " + string.Join(", ", known) + suggestion);
            }
        }

        return words;
    }

    /// <summary>All keys with their values, which then count as asked for.</summary>
    public IReadOnlyList<(string Key, ScalarNode Value)> Scalars(string wanted)
    {
        var scalars = new List<(string, ScalarNode)>();
        foreach ((string key, _) in map.Entries)
        {
            if (Scalar(key, wanted) is { } scalar)
            {
                scalars.Add((key, scalar));
            }
        }

        return scalars;
    }

    /// <summary>A single value, or null.</summary>
    public ScalarNode? Scalar(string key, string wanted)
    {
        DocumentNode? node = Find(key);
        if (node is null or ScalarNode)
        {
            return (ScalarNode?)node;
        }

        faults.Add(PathOf(key), node, wanted);
        return null;
    }

    /// <summary>Refuses what nobody asked for.</summary>
    public void Finish()
    {
        foreach ((string key, DocumentNode node) in map.Entries)
        {
            if (!_asked.Contains(key))
            {
                faults.Add(PathOf(key), node.Line, $"there is no such key{Suggestion.For(key, _asked)}. Allowed are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private static readonly IReadOnlyDictionary<string, bool> BooleanChoices = new Dictionary<string, bool> { ["true"] = true, ["false"] = false };

    private delegate bool TryReadText(string text, out double value);

    private long Integer(string key, long least, long most, long fallback)
    {
        string wanted = $"a whole number from {least} to {most}";
        if (Scalar(key, wanted) is not { } scalar)
        {
            return fallback;
        }

        if (long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= least && value <= most)
        {
            return value;
        }

        faults.Add(PathOf(key), scalar, wanted);
        return fallback;
    }

    private double MeasuredOrZero(string key, string wanted, TryReadText read, double least, double most, double fallback) =>
        Measured(key, wanted, (string text, out double value) => read(text, out value) && (value == 0 || value >= least), 0, most, fallback);

    private double Measured(string key, string wanted, TryReadText read, double least, double most, double fallback)
    {
        if (Scalar(key, wanted) is not { } scalar)
        {
            return fallback;
        }

        if (read(scalar.Value, out double value) && value >= least && value <= most)
        {
            return value;
        }

        faults.Add(PathOf(key), scalar, wanted);
        return fallback;
    }

    private DocumentNode? Find(string key)
    {
        _asked.Add(key);
        return map.Find(key);
    }

    private static string Show(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);
}
