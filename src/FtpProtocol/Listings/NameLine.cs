using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>Names alone, so that each line can be the argument of the next command (RFC 1123 §4.1.2.7).</summary>
/// <param name="prefix">What the client has to write before a name; empty, or it ends with a slash.</param>
internal sealed class NameLine(ReadOnlyMemory<byte> prefix) : EntryLine
{
    /// <inheritdoc/>
    public override bool ShowsTargets => false;

    protected override void Write(ref LineWriter line, ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role)
    {
        line.WriteName(prefix.Span);
        line.WriteName(name);
    }
}
