namespace Hpc.LoadTests.Scenarios.Document;

/// <summary>A part of a scenario's text.</summary>
internal abstract record DocumentNode(int Line)
{
    /// <summary>What it is, as a fault names it.</summary>
    public abstract string Kind { get; }
}

/// <summary>A single value.</summary>
internal sealed record ScalarNode(string Value, int Line) : DocumentNode(Line)
{
    public override string Kind => $"'{Value}'";
}

/// <summary>Values in order.</summary>
internal sealed record ListNode(List<DocumentNode> Items, int Line) : DocumentNode(Line)
{
    public override string Kind => "a list";
}

/// <summary>Keys with their values, in the order of the text; no key comes twice.</summary>
internal sealed record MapNode(int Line) : DocumentNode(Line)
{
    private readonly List<KeyValuePair<string, DocumentNode>> _entries = [];

    public override string Kind => "keys and values";

    public IReadOnlyList<KeyValuePair<string, DocumentNode>> Entries => _entries;

    public DocumentNode? Find(string key) => _entries.Find(entry => entry.Key == key).Value;

    /// <summary>Puts a value in, in place of what the key had.</summary>
    public void Set(string key, DocumentNode value)
    {
        var entry = new KeyValuePair<string, DocumentNode>(key, value);
        int index = _entries.FindIndex(known => known.Key == key);
        if (index < 0)
        {
            _entries.Add(entry);
        }
        else
        {
            _entries[index] = entry;
        }
    }
}
