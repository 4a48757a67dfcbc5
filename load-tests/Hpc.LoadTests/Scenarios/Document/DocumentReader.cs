using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Hpc.LoadTests.Scenarios.Document;

/// <summary>Turns YAML into nodes. Anchors, aliases and tags are refused: a scenario needs none, and aliases make small texts large.</summary>
internal sealed class DocumentReader
{
    public const int MaxLength = 256 * 1024;
    private const int MaxDepth = 12;
    private const int MaxNodes = 20_000;
    private const int MaxKeyLength = 100;

    private readonly Parser _parser;
    private int _nodes;

    private DocumentReader(string text) => _parser = new Parser(new StringReader(text));

    /// <summary>The one document of a text, whose top is keys and values.</summary>
    /// <exception cref="ScenarioException">The text is not that.</exception>
    public static MapNode Read(string text)
    {
        if (text.Length > MaxLength)
        {
            throw ScenarioException.Of("", 0, $"The scenario has {text.Length} characters; at most {MaxLength} are allowed.");
        }

        try
        {
            return new DocumentReader(text).ReadDocument();
        }
        catch (YamlException exception)
        {
            throw ScenarioException.Of("", (int)exception.Start.Line, $"This is not YAML: {exception.Message}");
        }
        catch (Exception exception) when (exception is not ScenarioException)
        {
            // The parser meets some broken texts with faults of its own.
            throw ScenarioException.Of("", 0, $"This is not YAML: {exception.Message}");
        }
    }

    private MapNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            throw ScenarioException.Of("", 0, "The scenario is empty.");
        }

        DocumentNode top = ReadNode("", 0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.TryConsume<StreamEnd>(out _))
        {
            throw ScenarioException.Of("", 0, "The text holds several documents; one is allowed.");
        }

        return top as MapNode ?? throw ScenarioException.Of("", top.Line, $"The scenario begins with {top.Kind}; keys and values are wanted.");
    }

    private DocumentNode ReadNode(string path, int depth)
    {
        ParsingEvent next = _parser.Consume<ParsingEvent>();
        int line = (int)next.Start.Line;
        if (depth > MaxDepth || ++_nodes > MaxNodes)
        {
            throw ScenarioException.Of(path, line, $"The scenario is nested more than {MaxDepth} deep or has more than {MaxNodes} values.");
        }

        if (next is AnchorAlias or NodeEvent { Anchor.IsEmpty: false } or NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            throw ScenarioException.Of(path, line, "Anchors, aliases and tags are not allowed.");
        }

        return next switch
        {
            Scalar scalar => new ScalarNode(scalar.Value, line),
            SequenceStart => ReadList(path, line, depth),
            MappingStart => ReadMap(path, line, depth),
            _ => throw ScenarioException.Of(path, line, "A value is wanted."),
        };
    }

    private ListNode ReadList(string path, int line, int depth)
    {
        var items = new List<DocumentNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        }

        return new ListNode(items, line);
    }

    private MapNode ReadMap(string path, int line, int depth)
    {
        var map = new MapNode(line);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            ParsingEvent start = _parser.Consume<ParsingEvent>();
            if (start is not Scalar { Anchor.IsEmpty: true } key || key.Value.Length > MaxKeyLength)
            {
                throw ScenarioException.Of(path, (int)start.Start.Line, $"A key is wanted: text of at most {MaxKeyLength} characters.");
            }

            string below = path.Length == 0 ? key.Value : $"{path}.{key.Value}";
            if (map.Find(key.Value) is not null)
            {
                throw ScenarioException.Of(below, (int)key.Start.Line, "The key is there twice.");
            }

            map.Set(key.Value, ReadNode(below, depth + 1));
        }

        return map;
    }
}
