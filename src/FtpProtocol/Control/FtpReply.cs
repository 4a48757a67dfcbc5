namespace Hpc.FtpProtocol.Control;

/// <summary>A reply (RFC 959 §4.2): a code and one line, or several (RFC 2389 §3.2 and RFC 3659 §7.2 have a space before those in between).</summary>
/// <param name="Code">100–659.</param>
/// <param name="Text">The line, or the last of several; without line ends.</param>
internal readonly record struct FtpReply(int Code, string Text)
{
    /// <summary>The line that begins a reply of several; null for a reply of one.</summary>
    public string? First { get; init; }

    /// <summary>The lines between <see cref="First"/> and <see cref="Text"/>, without the space that they are sent with.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>True after which the control connection is closed.</summary>
    public bool Closes { get; init; }
}
