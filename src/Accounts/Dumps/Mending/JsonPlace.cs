using System.Globalization;
using System.Text.Json.Nodes;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>A place in an object's JSON, as errors name it: <c>filters.allowed_ip[2]</c>; in rules <c>[*]</c> is any number.</summary>
internal sealed class JsonPlace
{
    private const string Any = "[*]";

    private readonly string[] _steps;

    private JsonPlace(string[] steps) => _steps = steps;

    public static JsonPlace Parse(string path) => new(Split(path));

    /// <summary>True if another place is this one or below it.</summary>
    public bool Holds(JsonPlace other)
    {
        if (other._steps.Length < _steps.Length)
        {
            return false;
        }

        for (int i = 0; i < _steps.Length; i++)
        {
            if (_steps[i] != other._steps[i] && !(_steps[i] == Any && IndexOf(other._steps[i]) >= 0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>As much of this place as another one has steps.</summary>
    public JsonPlace Cut(JsonPlace other) => new(_steps[..other._steps.Length]);

    /// <summary>The array or object that holds the value of this place, and the value's index in it or -1; false if there is none.</summary>
    public bool TryFind(JsonObject root, out JsonNode? parent, out int index)
    {
        parent = root;
        index = -1;
        for (int i = 0; i < _steps.Length - 1 && parent is not null; i++)
        {
            parent = Step(parent, _steps[i]);
        }

        if (_steps.Length == 0 || parent is null)
        {
            return false;
        }

        index = IndexOf(_steps[^1]);
        return parent switch
        {
            JsonObject => index < 0,
            JsonArray array => index >= 0 && index < array.Count,
            _ => false,
        };
    }

    /// <summary>The last step: a name, or an index in brackets.</summary>
    public string Last => _steps[^1];

    public override string ToString() => string.Concat(_steps.Select((step, i) => i == 0 || step[0] == '[' ? step : "." + step));

    private static JsonNode? Step(JsonNode parent, string step)
    {
        int index = IndexOf(step);
        return parent switch
        {
            JsonObject one when index < 0 => one[step],
            JsonArray array when index >= 0 && index < array.Count => array[index],
            _ => null,
        };
    }

    private static int IndexOf(string step) =>
        step[0] == '[' && int.TryParse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1;

    // Names in quotes, which only maps have, stay one step that finds nothing.
    private static string[] Split(string path)
    {
        int quote = path.IndexOf("['", StringComparison.Ordinal);
        return
        [
            .. (quote < 0 ? path : path[..quote]).Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries),
            .. quote < 0 ? Array.Empty<string>() : [path[quote..]],
        ];
    }
}
