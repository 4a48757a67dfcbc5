using System.Text;
using System.Text.Json;

namespace Hpc.Server.Configuration;

/// <summary>Reads a JSON file (comments and trailing commas allowed) into entries that know their line.</summary>
internal static class JsonFileSource
{
    private const int MaxLength = 1 << 20;

    private const int MaxListLength = 1000;

    public static List<ConfigurationEntry> Read(string file)
    {
        string name = Path.GetFileName(file);
        byte[] bytes;
        try
        {
            var info = new FileInfo(file);
            if (info.Length > MaxLength)
            {
                throw new ConfigurationException($"{file}: is {info.Length} bytes long; a configuration file has at most {MaxLength}.");
            }

            bytes = File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{file}: cannot be read ({e.Message})", e);
        }

        try
        {
            return Parse(bytes, name);
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{name} line {e.LineNumber + 1}: is not valid JSON ({FirstSentence(e.Message)})", e);
        }
    }

    public static List<ConfigurationEntry> Parse(byte[] json, string name)
    {
        ReadOnlySpan<byte> bytes = json;
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[3..];
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 });
        var entries = new List<ConfigurationEntry>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var walk = new Walk(name, entries, seen);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new ConfigurationException($"{name}: found {reader.TokenType}, allowed: a JSON object {{ … }}.");
        }

        ReadObject(ref reader, bytes, "", walk);
        reader.Read();
        return entries;
    }

    private static void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, string path, Walk walk)
    {
        bool isEmpty = true;
        string origin = OriginAt(reader, bytes, walk.Name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            isEmpty = false;
            string key = reader.GetString()!;
            string child = path.Length == 0 ? key : path + "." + key;
            if (!walk.Seen.Add(child))
            {
                throw new ConfigurationException($"{child}: is given twice ({OriginAt(reader, bytes, walk.Name)}).");
            }

            reader.Read();
            ReadValue(ref reader, bytes, child, walk);
        }

        if (isEmpty && path.Length > 0)
        {
            walk.Entries.Add(new ConfigurationEntry(path, "", EntryKind.EmptyObject, origin));
        }
    }

    private static void ReadArray(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, string path, Walk walk)
    {
        int position = 0;
        string origin = OriginAt(reader, bytes, walk.Name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (position >= MaxListLength)
            {
                throw new ConfigurationException($"{path}: found more than {MaxListLength} entries ({origin}).");
            }

            ReadValue(ref reader, bytes, $"{path}[{position++}]", walk);
        }

        if (position == 0)
        {
            walk.Entries.Add(new ConfigurationEntry(path, "", EntryKind.EmptyArray, origin));
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> bytes, string path, Walk walk)
    {
        EntryKind kind;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                ReadObject(ref reader, bytes, path, walk);
                return;
            case JsonTokenType.StartArray:
                ReadArray(ref reader, bytes, path, walk);
                return;
            case JsonTokenType.String:
                kind = EntryKind.String;
                break;
            case JsonTokenType.Number:
                kind = EntryKind.Number;
                break;
            case JsonTokenType.True or JsonTokenType.False:
                kind = EntryKind.Boolean;
                break;
            default:
                kind = EntryKind.Null;
                break;
        }

        string text = kind == EntryKind.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        walk.Entries.Add(new ConfigurationEntry(path, text, kind, OriginAt(reader, bytes, walk.Name)));
    }

    private static string OriginAt(in Utf8JsonReader reader, ReadOnlySpan<byte> bytes, string name) =>
        $"{name} line {bytes[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1}";

    private static string FirstSentence(string message)
    {
        int end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private sealed record Walk(string Name, List<ConfigurationEntry> Entries, HashSet<string> Seen);
}
