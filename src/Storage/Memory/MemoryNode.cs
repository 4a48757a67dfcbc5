namespace Hpc.Storage.Memory;

/// <summary>A file, directory or link, whatever its names are.</summary>
internal abstract class MemoryNode
{
    protected MemoryNode(MemoryVolume volume, uint permissions)
    {
        Volume = volume;
        Number = volume.NextNumber();
        Permissions = permissions;
        UserId = volume.OwnerId;
        GroupId = volume.GroupId;
        AccessTime = ModificationTime = volume.Now;
    }

    public MemoryVolume Volume { get; }

    public ulong Number { get; }

    public abstract EntryType Type { get; }

    public abstract long Size { get; }

    public uint Permissions { get; set; }

    public uint UserId { get; set; }

    public uint GroupId { get; set; }

    public FileTime AccessTime { get; set; }

    public FileTime ModificationTime { get; set; }

    /// <summary>Names that it has.</summary>
    public virtual uint LinkCount { get; set; }

    protected abstract uint TypeBits { get; }

    public EntryAttributes Attributes => new()
    {
        Type = Type,
        Size = Size,
        Mode = TypeBits | Permissions,
        UserId = UserId,
        GroupId = GroupId,
        LinkCount = LinkCount,
        Identity = new FileIdentity(Volume.Id, Number),
        AccessTime = AccessTime,
        ModificationTime = ModificationTime,
    };

    /// <summary>Changes all but the size. Every change is tried; the first that fails is the answer.</summary>
    public StorageResult Set(AttributeChanges changes)
    {
        StorageResult result = StorageResult.Success;
        UserId = changes.UserId ?? UserId;
        GroupId = changes.GroupId ?? GroupId;
        if (changes.Permissions is { } permissions)
        {
            if (Type == EntryType.SymbolicLink)
            {
                result = StorageError.NotSupported;
            }
            else
            {
                Permissions = MemoryMode.Settable(permissions, Type);
            }
        }

        if (!IsTime(changes.AccessTime) || !IsTime(changes.ModificationTime))
        {
            return result.IsSuccess ? StorageError.InvalidArgument : result;
        }

        AccessTime = changes.AccessTime ?? AccessTime;
        ModificationTime = changes.ModificationTime ?? ModificationTime;
        return result;
    }

    /// <summary>Called when it loses its last name or its last open handle.</summary>
    public virtual void ReleaseIfUnused()
    {
    }

    private static bool IsTime(FileTime? time) => time is not { Nanoseconds: < 0 or >= 1_000_000_000 };
}
