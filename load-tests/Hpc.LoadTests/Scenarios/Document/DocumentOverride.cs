using System.Globalization;

namespace Hpc.LoadTests.Scenarios.Document;

/// <summary>Puts <c>--set key=value</c> into a document: <c>sessions=100</c>, <c>stages[1].duration=5s</c>, <c>thresholds.errors=&lt;= 3</c>.</summary>
internal static class DocumentOverride
{
    private const int MaxSteps = 8;

    public static void Apply(MapNode document, string setting)
    {
        int equals = setting.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw ScenarioException.Of("", 0, $"--set '{setting}': key=value is wanted.");
        }

        string path = setting[..equals].Trim();
        string[] steps = [.. path.Split('.').SelectMany(Split)];
        if (steps.Length is 0 or > MaxSteps || steps.Contains(""))
        {
            throw ScenarioException.Of("", 0, $"--set '{path}': keys between dots are wanted, with [number] for the items of a list.");
        }

        Put(document, steps, path, new ScalarNode(setting[(equals + 1)..].Trim(), 0));
    }

    // "stages[1]" is two steps: "stages" and "[1]".
    private static IEnumerable<string> Split(string step)
    {
        int bracket = step.IndexOf('[', StringComparison.Ordinal);
        return bracket <= 0 ? [step] : [step[..bracket], .. step[bracket..].Split('[', StringSplitOptions.RemoveEmptyEntries).Select(static index => "[" + index)];
    }

    private static void Put(DocumentNode node, ReadOnlySpan<string> steps, string path, ScalarNode value)
    {
        string step = steps[0];
        if (step[0] == '[')
        {
            ListNode list = node as ListNode ?? throw ScenarioException.Of(path, 0, $"--set: '{step}' wants a list; the scenario has {node.Kind} there.");
            if (!int.TryParse(step.AsSpan(1).TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index >= list.Items.Count)
            {
                throw ScenarioException.Of(path, 0, $"--set: '{step}' is no item; the list has {list.Items.Count}, counted from [0].");
            }

            if (steps.Length == 1)
            {
                list.Items[index] = value;
                return;
            }

            Put(list.Items[index], steps[1..], path, value);
            return;
        }

        MapNode map = node as MapNode ?? throw ScenarioException.Of(path, 0, $"--set: '{step}' wants keys and values; the scenario has {node.Kind} there.");
        if (steps.Length == 1)
        {
            map.Set(step, value);
            return;
        }

        if (map.Find(step) is not { } next)
        {
            next = new MapNode(0);
            map.Set(step, next);
        }

        Put(next, steps[1..], path, value);
    }
}
