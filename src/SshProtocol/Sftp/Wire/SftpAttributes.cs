using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Wire;

/// <summary>ATTRS of version 3 (draft-ietf-secsh-filexfer-02 §5).</summary>
internal static class SftpAttributes
{
    //  uint32   flags
    //  uint64   size                 if flag SIZE
    //  uint32   uid, uint32 gid      if flag UIDGID
    //  uint32   permissions          if flag PERMISSIONS
    //  uint32   atime, uint32 mtime  if flag ACMODTIME; unsigned seconds since 1970
    //  uint32   count, count × (string type, string data)  if flag EXTENDED
    public const uint SizeFlag = 0x1;
    public const uint OwnerFlag = 0x2;
    public const uint PermissionsFlag = 0x4;
    public const uint TimesFlag = 0x8;
    public const uint ExtendedFlag = 0x80000000;

    /// <summary>What <see cref="Write(ref WireWriter, in EntryAttributes)"/> needs.</summary>
    public const int WrittenLength = 4 + 8 + 8 + 4 + 8;

    private const uint KnownFlags = SizeFlag | OwnerFlag | PermissionsFlag | TimesFlag | ExtendedFlag;
    private const uint PermissionBits = 0xFFF;

    public static void Write(ref WireWriter writer, in EntryAttributes attributes)
    {
        writer.WriteUInt32(SizeFlag | OwnerFlag | PermissionsFlag | TimesFlag);
        writer.WriteUInt64((ulong)attributes.Size);
        writer.WriteUInt32(attributes.UserId);
        writer.WriteUInt32(attributes.GroupId);
        writer.WriteUInt32(attributes.Mode);
        writer.WriteUInt32(ToSeconds(attributes.AccessTime));
        writer.WriteUInt32(ToSeconds(attributes.ModificationTime));
    }

    /// <summary>Writes what is to change; used by the client.</summary>
    public static void Write(ref WireWriter writer, in AttributeChanges changes)
    {
        bool owner = changes.UserId is not null && changes.GroupId is not null;
        bool times = changes.AccessTime is not null && changes.ModificationTime is not null;
        writer.WriteUInt32(
            (changes.Size is not null ? SizeFlag : 0) | (owner ? OwnerFlag : 0) | (changes.Permissions is not null ? PermissionsFlag : 0) | (times ? TimesFlag : 0));
        if (changes.Size is { } size)
        {
            writer.WriteUInt64((ulong)size);
        }

        if (owner)
        {
            writer.WriteUInt32(changes.UserId!.Value);
            writer.WriteUInt32(changes.GroupId!.Value);
        }

        if (changes.Permissions is { } permissions)
        {
            writer.WriteUInt32(permissions);
        }

        if (times)
        {
            writer.WriteUInt32(ToSeconds(changes.AccessTime!.Value));
            writer.WriteUInt32(ToSeconds(changes.ModificationTime!.Value));
        }
    }

    /// <summary>Reads attributes to set. Extended pairs are read over; a size beyond 2^63-1 and flags of later versions are refused.</summary>
    public static bool TryRead(ref WireReader reader, out AttributeChanges changes)
    {
        changes = default;
        if (!reader.TryReadUInt32(out uint flags) || (flags & ~KnownFlags) != 0)
        {
            return false;
        }

        if ((flags & SizeFlag) != 0)
        {
            if (!reader.TryReadUInt64(out ulong size) || size > long.MaxValue)
            {
                return false;
            }

            changes = changes with { Size = (long)size };
        }

        if ((flags & OwnerFlag) != 0)
        {
            if (!reader.TryReadUInt32(out uint user) || !reader.TryReadUInt32(out uint group))
            {
                return false;
            }

            changes = changes with { UserId = user, GroupId = group };
        }

        if ((flags & PermissionsFlag) != 0)
        {
            if (!reader.TryReadUInt32(out uint permissions))
            {
                return false;
            }

            changes = changes with { Permissions = permissions & PermissionBits };
        }

        if ((flags & TimesFlag) != 0)
        {
            if (!reader.TryReadUInt32(out uint access) || !reader.TryReadUInt32(out uint modification))
            {
                return false;
            }

            changes = changes with { AccessTime = new FileTime(access), ModificationTime = new FileTime(modification) };
        }

        return (flags & ExtendedFlag) == 0 || TrySkipExtended(ref reader);
    }

    /// <summary>Reads the attributes of a reply; used by the client.</summary>
    public static bool TryReadEntry(ref WireReader reader, out EntryAttributes attributes)
    {
        attributes = default;
        WireReader copy = reader;
        if (!copy.TryReadUInt32(out uint flags) || !TryRead(ref reader, out AttributeChanges _))
        {
            return false;
        }

        if ((flags & SizeFlag) != 0)
        {
            copy.TryReadUInt64(out ulong size);
            attributes = attributes with { Size = (long)size };
        }

        if ((flags & OwnerFlag) != 0)
        {
            copy.TryReadUInt32(out uint user);
            copy.TryReadUInt32(out uint group);
            attributes = attributes with { UserId = user, GroupId = group };
        }

        if ((flags & PermissionsFlag) != 0)
        {
            copy.TryReadUInt32(out uint mode);
            attributes = attributes with { Mode = mode, Type = TypeOf(mode) };
        }

        if ((flags & TimesFlag) != 0)
        {
            copy.TryReadUInt32(out uint access);
            copy.TryReadUInt32(out uint modification);
            attributes = attributes with { AccessTime = new FileTime(access), ModificationTime = new FileTime(modification) };
        }

        return true;
    }

    /// <summary>Times outside 1970–2106 become the nearest time that the field can hold.</summary>
    private static uint ToSeconds(FileTime time) => (uint)Math.Clamp(time.Seconds, 0, uint.MaxValue);

    private static EntryType TypeOf(uint mode) => (mode & 0xF000) switch
    {
        0x4000 => EntryType.Directory,
        0xA000 => EntryType.SymbolicLink,
        0x8000 or 0 => EntryType.File,
        _ => EntryType.Special,
    };

    private static bool TrySkipExtended(ref WireReader reader)
    {
        if (!reader.TryReadUInt32(out uint count) || count > SftpLimits.MaxExtendedAttributes)
        {
            return false;
        }

        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out _) || !reader.TryReadString(out _))
            {
                return false;
            }
        }

        return true;
    }
}
