using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Dumps;

/// <summary>
/// Where the objects of a dump are in its JSON. They are read one at a time, so that a short text that stands for many objects does not become them all at once.
/// </summary>
internal sealed class DumpIndex
{
    // Two levels of the dump's own around what one object may have.
    private const int MaxDepth = 34;

    // An object of a few bytes becomes one of a kilobyte and more; an honest user has a few dozen, a group with all mounts some thousands.
    private const int MaxPartsOfOne = 20_000;

    private readonly ReadOnlyMemory<byte> _json;
    private readonly DumpLimits _limits;
    private readonly DumpErrors _errors;
    private readonly Dictionary<string, List<ReadOnlyMemory<byte>>> _lists;
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _count;

    private DumpIndex(ReadOnlyMemory<byte> json, IEnumerable<string> lists, DumpLimits limits, DumpErrors errors)
    {
        _json = json;
        _limits = limits;
        _errors = errors;
        _lists = lists.ToDictionary(static name => name, static _ => new List<ReadOnlyMemory<byte>>(), StringComparer.Ordinal);
    }

    /// <summary>Of the form; null if the dump does not say.</summary>
    public int? Version { get; private set; }

    /// <summary>The settings; empty if there are none.</summary>
    public ReadOnlyMemory<byte> Configuration { get; private set; }

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> this[string list] => _lists[list];

    /// <summary>Finds everything; what is wrong goes to the errors.</summary>
    public static DumpIndex Read(ReadOnlyMemory<byte> json, IEnumerable<string> lists, DumpLimits limits, DumpErrors errors)
    {
        ReadOnlySpan<byte> mark = Encoding.UTF8.Preamble;
        var index = new DumpIndex(json.Span.StartsWith(mark) ? json[mark.Length..] : json, lists, limits, errors);
        try
        {
            index.Read();
        }
        catch (JsonException exception)
        {
            errors.Add("", $"something else at line {(exception.LineNumber ?? 0) + 1}, byte {(exception.BytePositionInLine ?? 0) + 1}", $"JSON of at most {MaxDepth} levels");
        }

        return index;
    }

    private void Read()
    {
        if (!Utf8.IsValid(_json.Span))
        {
            _errors.Add("", "bytes that are no UTF-8", "JSON in UTF-8");
            return;
        }

        var reader = new Utf8JsonReader(_json.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            _errors.Add("", "no object", "a dump: an object with lists of users, groups, folders and others");
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? name = NameIn(ref reader);
            reader.Read();
            if (name is not null && !_seen.Add(name))
            {
                _errors.Add(name, "it a second time", "each list once");
                return;
            }

            if (name is null || reader.TokenType == JsonTokenType.Null)
            {
                reader.Skip();
            }
            else if (!ReadKnown(ref reader, name))
            {
                return;
            }
        }

        // Whatever follows the dump is an error of the JSON.
        while (reader.Read())
        {
        }
    }

    // Null for a name that is of no concern.
    private string? NameIn(ref Utf8JsonReader reader)
    {
        foreach (string name in _lists.Keys)
        {
            if (reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return reader.ValueTextEquals("version") ? "version" : reader.ValueTextEquals("configs") ? "configs" : null;
    }

    private bool ReadKnown(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "version":
                Version = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int version) ? version : -1;
                reader.Skip();
                return true;
            case "configs":
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    _errors.Add(name, "no object", "an object, or null");
                    return false;
                }

                Configuration = Take(ref reader, name);
                return true;
            default:
                return ReadList(ref reader, name);
        }
    }

    private bool ReadList(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            _errors.Add(name, "no list", "a list, or null");
            return false;
        }

        List<ReadOnlyMemory<byte>> list = _lists[name];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (++_count > _limits.MaxObjects)
            {
                _errors.Add(name, $"more than {_limits.MaxObjects} objects in all", $"at most {_limits.MaxObjects}");
                return false;
            }

            list.Add(Take(ref reader, $"{name}[{list.Count}]"));
        }

        return true;
    }

    // The value that begins here. One that is refused is empty, so that those behind it keep their places.
    private ReadOnlyMemory<byte> Take(ref Utf8JsonReader reader, string path)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            _errors.Add(path, "no object", "an object");
            return default;
        }

        int depth = reader.CurrentDepth;
        int parts = 1;
        while (reader.Read() && (reader.CurrentDepth > depth || reader.TokenType != JsonTokenType.EndObject))
        {
            parts += reader.TokenType == JsonTokenType.StartObject ? 1 : 0;
        }

        int length = (int)reader.BytesConsumed - start;
        if (parts > MaxPartsOfOne || length > IObjectStore.MaxDocument)
        {
            _errors.Add(path, $"{length} bytes with {parts} objects in it", $"at most {IObjectStore.MaxDocument} bytes with {MaxPartsOfOne} objects in it");
            return default;
        }

        return _json.Slice(start, length);
    }
}
