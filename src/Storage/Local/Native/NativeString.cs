using System.Buffers;

namespace Hpc.Storage.Local.Native;

/// <summary>Text as bytes with a NUL at the end, on the stack where it is short.</summary>
internal ref struct NativeString
{
    public const int StackLength = 256;

    private byte[]? _rented;

    public NativeString(ReadOnlySpan<char> text, Span<byte> initial)
    {
        int most = (text.Length * 3) + 1;
        Span<byte> buffer = most <= initial.Length ? initial : _rented = ArrayPool<byte>.Shared.Rent(most);
        int length = PathText.Write(text, buffer);
        buffer[length] = 0;
        Bytes = buffer[..(length + 1)];
    }

    /// <summary>The bytes, the NUL included.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The path relative to its root: <c>.</c> for the root itself.</summary>
    public static ReadOnlySpan<char> Relative(VirtualPath path) => path.IsRoot ? "." : path.ToString().AsSpan(1);

    /// <summary>The last segment of a path that is not the root.</summary>
    public static ReadOnlySpan<char> LastSegment(VirtualPath path)
    {
        ReadOnlySpan<char> text = path.ToString();
        return text[(text.LastIndexOf('/') + 1)..];
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }
    }
}
