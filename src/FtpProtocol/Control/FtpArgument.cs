namespace Hpc.FtpProtocol.Control;

/// <summary>What stands behind a command's name and one space: bytes as the peer sent them, without the line's end, Telnet commands and NUL behind CR.</summary>
/// <param name="Bytes">Valid until the command has run; a path is most often UTF-8 (RFC 2640), and need not be.</param>
internal readonly record struct FtpArgument(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>True if there is nothing.</summary>
    public bool IsEmpty => Bytes.IsEmpty;

    /// <summary>The argument as ASCII, where it is a keyword or a number; other bytes become <c>?</c>.</summary>
    public string Text => System.Text.Encoding.ASCII.GetString(Bytes.Span);
}
