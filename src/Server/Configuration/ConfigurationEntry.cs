namespace Hpc.Server.Configuration;

/// <summary>What kind of value a source gave.</summary>
internal enum EntryKind
{
    /// <summary>Untyped text of an environment variable or a flag.</summary>
    Plain,
    String,
    Number,
    Boolean,
    Null,
    EmptyObject,
    EmptyArray,
}

/// <summary>One value as a source gave it, before anybody has judged it.</summary>
/// <param name="Path">Key path with list positions: <c>ssh.listeners[0].address</c>.</param>
/// <param name="Text">The value as text.</param>
/// <param name="Kind">What it was in its source.</param>
/// <param name="Origin">Where it stands, for people: <c>hpc.json line 4</c>, <c>environment HPC__SSH__BANNER</c>, <c>--grace-time</c>.</param>
internal sealed record ConfigurationEntry(string Path, string Text, EntryKind Kind, string Origin)
{
    /// <summary>The value as a message shows it.</summary>
    public string Shown => Kind switch
    {
        EntryKind.String or EntryKind.Plain => $"\"{Logging.LogEscape.Text(Text)}\"",
        EntryKind.EmptyObject => "an object",
        EntryKind.EmptyArray => "a list",
        _ => Text,
    };
}
