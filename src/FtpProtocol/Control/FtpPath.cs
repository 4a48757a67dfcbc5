using Hpc.Storage;

namespace Hpc.FtpProtocol.Control;

/// <summary>Paths as peers write them, and as replies show them.</summary>
internal static class FtpPath
{
    private const char Unprintable = '?';

    /// <summary>
    /// Reads a path: UTF-8 (RFC 2640) or any other bytes, relative to the session's directory; <c>~</c> and <c>~/…</c> begin where the session began.
    /// Quotes and blanks are part of a name. False for CR, LF, NUL and what is too long. After login alone.
    /// </summary>
    public static bool TryParse(FtpSession session, ReadOnlySpan<byte> bytes, out VirtualPath path) =>
        TryParse(bytes, session.Directory, session.Grant!.StartDirectory, out path);

    /// <summary>Reads a path that a command cannot do without; the reply says why it is none.</summary>
    public static bool TryParse(FtpSession session, FtpArgument argument, out VirtualPath path, out FtpReply refusal)
    {
        path = default;
        if (argument.IsEmpty)
        {
            refusal = FtpErrors.MissingPath;
            return false;
        }

        refusal = FtpErrors.BadPath;
        return TryParse(session, argument.Bytes.Span, out path);
    }

    /// <summary>Reads a path below <paramref name="directory"/>, or for <c>~</c> below <paramref name="start"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, VirtualPath directory, VirtualPath start, out VirtualPath path)
    {
        path = directory;
        if (bytes.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
        {
            return false;
        }

        if (bytes.IsEmpty || bytes[0] != (byte)'~' || (bytes.Length > 1 && bytes[1] != (byte)'/'))
        {
            return VirtualPath.TryParse(bytes, directory, out path);
        }

        // "~//x" is below the start, not "/x".
        return VirtualPath.TryParse(bytes[1..].TrimStart((byte)'/'), start, out path);
    }

    /// <summary>A path or name as it stands in a reply: it can neither end the line nor begin another. Text of <see cref="PathText"/>.</summary>
    public static string Shown(string name) =>
        name.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? name : name.Replace('\r', Unprintable).Replace('\n', Unprintable).Replace('\0', Unprintable);

    /// <summary>A path in quotes, with those in it doubled (RFC 959 appendix II).</summary>
    public static string Quoted(VirtualPath path) => $"\"{Shown(path.ToString()).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
