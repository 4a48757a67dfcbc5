using System.Collections.Frozen;
using System.Text;

namespace Hpc.FtpProtocol.Control;

/// <summary>The first word of a command line.</summary>
internal static class CommandName
{
    private const int MaxLength = 16;

    // Where Telnet commands and urgent data were taken apart on the way, single bytes of them stand before ABOR.
    private const byte FirstResidue = 240;

    private static readonly FrozenSet<string> Http = new[]
    {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Of RFC 959, 1639, 2228 and 737, understood and not done.
    private static readonly FrozenSet<string> NotImplemented = new[]
    {
        "SMNT", "ADAT", "MIC", "CONF", "ENC", "AUTH", "CCC", "LPRT", "LPSV", "PORT", "EPRT", "XSEN", "XSEM", "XRSQ", "XRCP", "MAIL", "MLFL", "MRSQ", "MRCP",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The name, and what stands behind one space. A name that cannot be one is empty.</summary>
    public static (string Name, FtpArgument Argument) Split(ReadOnlyMemory<byte> line)
    {
        int start = line.Span.IndexOfAnyExceptInRange(FirstResidue, byte.MaxValue);
        ReadOnlyMemory<byte> rest = line[(start < 0 ? line.Length : start)..];
        int space = rest.Span.IndexOf((byte)' ');
        ReadOnlySpan<byte> name = rest.Span[..(space < 0 ? rest.Length : space)];
        bool isName = name.Length is > 0 and <= MaxLength && Ascii.IsValid(name);
        return (isName ? Encoding.ASCII.GetString(name) : "", new FtpArgument(space < 0 ? default : rest[(space + 1)..]));
    }

    /// <summary>True for a method of HTTP.</summary>
    public static bool IsHttp(string name) => Http.Contains(name);

    /// <summary>True for a command that some RFC has and this server, or this listener, has not.</summary>
    public static bool IsOfRfc(string name) => NotImplemented.Contains(name);
}
