using Hpc.Storage;

namespace Hpc.FtpProtocol.Listings;

/// <summary>Lines of MLSD and MLST (RFC 3659 §7.2): facts, a blank, the name.</summary>
/// <param name="facts">Which facts.</param>
internal sealed class MachineLine(MachineFacts facts) : EntryLine
{
    private const uint Permissions = 0xFFF;
    private const uint OwnerReads = 0x100;
    private const uint OwnerWrites = 0x80;
    private const uint OwnerSearches = 0x40;

    /// <inheritdoc/>
    public override bool ShowsTargets => Has(MachineFacts.Type);

    //  type=file;size=25730;modify=19940728095854;perm=adfrw;unique=801gc0de;UNIX.mode=0644;UNIX.owner=1000;UNIX.group=1000; cap60.pl198.tar.gz
    protected override void Write(ref LineWriter line, ReadOnlySpan<byte> name, in EntryAttributes attributes, ReadOnlySpan<byte> target, EntryRole role)
    {
        if (Has(MachineFacts.Type))
        {
            line.Write("type="u8);
            WriteType(ref line, attributes.Type, target, role);
        }

        if (Has(MachineFacts.Size) && attributes.Type != EntryType.Directory)
        {
            line.Write("size="u8);
            line.WriteNumber(attributes.Size);
            line.Write((byte)';');
        }

        if (Has(MachineFacts.Modify))
        {
            line.Write("modify="u8);
            WriteTime(ref line, attributes.ModificationTime);
            line.Write((byte)';');
        }

        if (Has(MachineFacts.Perm))
        {
            line.Write("perm="u8);
            line.Write(PermOf(attributes, role));
            line.Write((byte)';');
        }

        if (Has(MachineFacts.Unique) && attributes.Identity.IsKnown)
        {
            line.Write("unique="u8);
            line.WriteHex(attributes.Identity.Volume);
            line.Write((byte)'g');
            line.WriteHex(attributes.Identity.Number);
            line.Write((byte)';');
        }

        WriteUnix(ref line, attributes);
        line.Write((byte)' ');
        line.WriteName(name);
    }

    private bool Has(MachineFacts fact) => (facts & fact) != 0;

    private void WriteUnix(ref LineWriter line, in EntryAttributes attributes)
    {
        if (Has(MachineFacts.UnixMode))
        {
            line.Write("UNIX.mode="u8);
            line.WriteOctal(attributes.Mode & Permissions, 4);
            line.Write((byte)';');
        }

        if (Has(MachineFacts.UnixOwner))
        {
            line.Write("UNIX.owner="u8);
            line.WriteNumber(attributes.UserId);
            line.Write((byte)';');
        }

        if (Has(MachineFacts.UnixGroup))
        {
            line.Write("UNIX.group="u8);
            line.WriteNumber(attributes.GroupId);
            line.Write((byte)';');
        }
    }

    private static void WriteType(ref LineWriter line, EntryType type, ReadOnlySpan<byte> target, EntryRole role)
    {
        switch (type)
        {
            case EntryType.Directory:
                line.Write(role switch { EntryRole.Current => "cdir;"u8, EntryRole.Parent => "pdir;"u8, _ => "dir;"u8 });
                break;
            case EntryType.File:
                line.Write("file;"u8);
                break;
            case EntryType.SymbolicLink:
                // A target that would end the fact, or all of them, is left out (RFC 3659 §7.2).
                line.Write("OS.unix=slink"u8);
                if (!target.IsEmpty && target.IndexOfAny("; "u8) < 0)
                {
                    line.Write((byte)':');
                    line.WriteName(target);
                }

                line.Write((byte)';');
                break;
            default:
                line.Write("OS.unix=special;"u8);
                break;
        }
    }

    private static void WriteTime(ref LineWriter line, FileTime time)
    {
        Span<byte> digits = line.Take(FtpTime.Length);
        if (!digits.IsEmpty)
        {
            FtpTime.Write(digits, time.Seconds);
        }
    }

    // What the bits of the owner allow; what the user may do is decided when it is done.
    private static ReadOnlySpan<byte> PermOf(in EntryAttributes attributes, EntryRole role)
    {
        bool reads = (attributes.Mode & OwnerReads) != 0;
        bool writes = (attributes.Mode & OwnerWrites) != 0;
        if (attributes.Type != EntryType.Directory)
        {
            return (reads, writes) switch { (true, true) => "adfrw"u8, (true, false) => "dfr"u8, (false, true) => "adfw"u8, _ => "df"u8 };
        }

        bool searches = (attributes.Mode & OwnerSearches) != 0;
        if (role == EntryRole.Parent)
        {
            return reads && searches ? "el"u8 : searches ? "e"u8 : ""u8;
        }

        return (reads, writes, searches) switch
        {
            (true, true, true) => "cdeflmp"u8,
            (true, false, true) => "defl"u8,
            (false, true, true) => "cdefmp"u8,
            (false, false, true) => "def"u8,
            _ => "df"u8,
        };
    }
}
