using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Hpc.Storage;

/// <summary>
/// An absolute path as the user sees it: <c>/</c>, or segments each after a slash, without a slash at the end.
/// It cannot hold <c>.</c> or <c>..</c> segments, NUL or empty segments; a backslash is an ordinary character of a name.
/// Bytes that are not UTF-8 are kept: byte <c>0x80+n</c> is the lone surrogate <c>U+DC80+n</c>, so every name on disk has exactly one spelling.
/// </summary>
public readonly partial struct VirtualPath : IEquatable<VirtualPath>
{
    /// <summary>Most bytes of a normalised path (Linux <c>PATH_MAX</c>).</summary>
    public const int MaxLength = 4096;

    /// <summary>Most bytes of a path as a peer may write it.</summary>
    public const int MaxInputLength = 32 * 1024;

    private const int StackLength = 256;

    private readonly string? _text;

    private VirtualPath(string text) => _text = text;

    /// <summary>The path <c>/</c>, also the value of <c>default</c>.</summary>
    public static VirtualPath Root => default;

    /// <summary>True for <c>/</c>.</summary>
    public bool IsRoot => _text is null or "/";

    /// <summary>The last segment; empty for <c>/</c>.</summary>
    public string Name => IsRoot ? "" : _text![(_text!.LastIndexOf('/') + 1)..];

    /// <summary>The directory that holds this path; <c>/</c> for <c>/</c>.</summary>
    public VirtualPath Parent
    {
        get
        {
            int slash = IsRoot ? 0 : _text!.LastIndexOf('/');
            return slash == 0 ? Root : new VirtualPath(_text![..slash]);
        }
    }

    /// <summary>The segments from the top down.</summary>
    public SegmentEnumerator Segments => new(IsRoot ? "" : _text);

    /// <summary>Length of <see cref="ToUtf8"/>.</summary>
    public int Utf8Length => PathText.GetByteCount(ToString());

    /// <summary>Whether two paths are the same, byte by byte.</summary>
    public static bool operator ==(VirtualPath left, VirtualPath right) => left.Equals(right);

    /// <summary>Whether two paths differ.</summary>
    public static bool operator !=(VirtualPath left, VirtualPath right) => !left.Equals(right);

    /// <summary>
    /// Reads a path as a peer writes it. A relative path begins at <paramref name="baseDirectory"/>, an empty one is that directory;
    /// <c>..</c> goes up but never above <c>/</c>. False for NUL and for what is too long.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, VirtualPath baseDirectory, out VirtualPath path)
    {
        path = baseDirectory;
        if (utf8.IsEmpty)
        {
            return true;
        }

        if (utf8.Length > MaxInputLength || utf8.Contains((byte)0))
        {
            return false;
        }

        bool absolute = utf8[0] == (byte)'/';
        int capacity = utf8.Length + 1 + (absolute ? 0 : baseDirectory.Utf8Length);
        byte[]? rented = capacity > StackLength ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> buffer = rented ?? stackalloc byte[StackLength];

        int length = absolute || baseDirectory.IsRoot ? 0 : baseDirectory.WriteUtf8(buffer);
        length = AppendNormalised(utf8, buffer, length);
        bool fits = length <= MaxLength;
        if (fits)
        {
            path = length == 0 ? Root : new VirtualPath(PathText.Decode(buffer[..length]));
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return fits;
    }

    /// <summary>Reads a path from text; see <see cref="TryParse(ReadOnlySpan{byte}, VirtualPath, out VirtualPath)"/>.</summary>
    public static bool TryParse(string text, VirtualPath baseDirectory, out VirtualPath path)
    {
        path = baseDirectory;
        return text.Length <= MaxInputLength
            && PathText.TryEncode(text, out byte[] utf8)
            && TryParse(utf8, baseDirectory, out path);
    }

    /// <summary>The entry <paramref name="name"/> in this directory. Throws <see cref="ArgumentException"/> if it cannot be a name.</summary>
    public VirtualPath Combine(string name) =>
        TryCombine(name, out VirtualPath path)
            ? path
            : throw new ArgumentException("Not a name that a path segment can have, or the path becomes too long.", nameof(name));

    /// <summary>The entry <paramref name="name"/> in this directory; false if it cannot be a name or the path becomes too long.</summary>
    public bool TryCombine(string name, out VirtualPath path)
    {
        path = default;
        if (!PathText.IsName(name))
        {
            return false;
        }

        var combined = new VirtualPath(IsRoot ? "/" + name : _text + "/" + name);
        if (combined.Utf8Length > MaxLength)
        {
            return false;
        }

        path = combined;
        return true;
    }

    /// <summary>True for <paramref name="ancestor"/> itself and everything in it: <c>/u1</c> is not above <c>/u10</c>.</summary>
    public bool IsBelowOrEqual(VirtualPath ancestor)
    {
        if (ancestor.IsRoot)
        {
            return true;
        }

        string text = ToString();
        string above = ancestor.ToString();
        return text.StartsWith(above, StringComparison.Ordinal) && (text.Length == above.Length || text[above.Length] == '/');
    }

    /// <summary>The path as the bytes that a peer or a disk has for it.</summary>
    public byte[] ToUtf8() => PathText.Encode(ToString());

    /// <summary>Writes <see cref="ToUtf8"/> to <paramref name="destination"/> and returns its length.</summary>
    public int WriteUtf8(Span<byte> destination) => PathText.Write(ToString(), destination);

    /// <inheritdoc/>
    public bool Equals(VirtualPath other) => string.Equals(ToString(), other.ToString(), StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is VirtualPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>The path as text, always beginning with a slash.</summary>
    public override string ToString() => _text ?? "/";

    // Slash, dot and NUL are never part of a longer UTF-8 sequence, so bytes can be normalised before they are decoded.
    private static int AppendNormalised(ReadOnlySpan<byte> utf8, Span<byte> buffer, int length)
    {
        while (!utf8.IsEmpty)
        {
            int slash = utf8.IndexOf((byte)'/');
            ReadOnlySpan<byte> segment = slash < 0 ? utf8 : utf8[..slash];
            utf8 = slash < 0 ? default : utf8[(slash + 1)..];

            if (segment.IsEmpty || segment.SequenceEqual("."u8))
            {
                continue;
            }

            if (segment.SequenceEqual(".."u8))
            {
                length = Math.Max(buffer[..length].LastIndexOf((byte)'/'), 0);
                continue;
            }

            buffer[length++] = (byte)'/';
            segment.CopyTo(buffer[length..]);
            length += segment.Length;
        }

        return length;
    }
}
