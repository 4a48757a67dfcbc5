using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>How a listing shows its entries, each on a line. Used by one listing at a time.</summary>
internal abstract class EntryLine
{
    /// <summary>True if the lines of symbolic links say where they lead.</summary>
    public abstract bool ShowsTargets { get; }

    /// <summary>Writes a line with its CRLF; returns its length, or 0 if it does not fit.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="name">Bytes as the backend has them.</param>
    /// <param name="attributes">Of the entry itself.</param>
    /// <param name="target">Where a symbolic link leads; empty if it is not known.</param>
    /// <param name="role">What the entry is to the directory that is listed.</param>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role)
    {
        var line = new LineWriter(destination);
        Write(ref line, name, attributes, target, role);
        line.Write("\r\n"u8);
        return line.IsFull ? 0 : line.Length;
    }

    protected abstract void Write(ref LineWriter line, ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role);
}
