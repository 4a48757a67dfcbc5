using System.Buffers.Text;

namespace Hpc.FtpProtocol.Listings;

/// <summary>Writes one line into memory that may be too short for it; then <see cref="IsFull"/> says so, and nothing of it counts.</summary>
internal ref struct LineWriter(Span<byte> destination)
{
    private const byte Unprintable = (byte)'?';
    private readonly Span<byte> _destination = destination;

    /// <summary>Bytes so far.</summary>
    public int Length { get; private set; }

    /// <summary>True if something did not fit.</summary>
    public bool IsFull { get; private set; }

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        Span<byte> target = Take(bytes.Length);
        if (!IsFull)
        {
            bytes.CopyTo(target);
        }
    }

    public void Write(byte value)
    {
        Span<byte> target = Take(1);
        if (!IsFull)
        {
            target[0] = value;
        }
    }

    /// <summary>A name of a peer or a disk: it cannot end the line.</summary>
    public void WriteName(scoped ReadOnlySpan<byte> name)
    {
        Span<byte> target = Take(name.Length);
        if (!IsFull)
        {
            name.CopyTo(target);
            target.Replace((byte)'\r', Unprintable);
            target.Replace((byte)'\n', Unprintable);
            target.Replace((byte)0, Unprintable);
        }
    }

    /// <summary>A number, with blanks before it up to <paramref name="width"/>, or behind it for a negative one.</summary>
    public void WriteNumber(long value, int width = 0)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int count);
        WriteBlanks(width - count);
        Write(digits[..count]);
        WriteBlanks(-width - count);
    }

    /// <summary>A number in base 8 with at least <paramref name="width"/> digits.</summary>
    public void WriteOctal(uint value, int width)
    {
        Span<byte> digits = stackalloc byte[11];
        int at = digits.Length;
        for (; value != 0 || digits.Length - at < width; value >>= 3)
        {
            digits[--at] = (byte)('0' + (value & 7));
        }

        Write(digits[at..]);
    }

    /// <summary>A number in base 16 without leading zeros.</summary>
    public void WriteHex(ulong value)
    {
        Span<byte> digits = stackalloc byte[16];
        Utf8Formatter.TryFormat(value, digits, out int count, new System.Buffers.StandardFormat('x'));
        Write(digits[..count]);
    }

    /// <summary>The next bytes, to be written by the caller; empty if there is no room.</summary>
    public Span<byte> Take(int length)
    {
        if (IsFull || _destination.Length - Length < length)
        {
            IsFull = true;
            return default;
        }

        Span<byte> taken = _destination.Slice(Length, length);
        Length += length;
        return taken;
    }

    private void WriteBlanks(int count)
    {
        if (count > 0)
        {
            Take(count).Fill((byte)' ');
        }
    }
}
