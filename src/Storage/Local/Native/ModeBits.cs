namespace Hpc.Storage.Local.Native;

/// <summary>The bits of <c>st_mode</c>.</summary>
internal static class ModeBits
{
    public const uint TypeMask = 0xF000;
    public const uint Directory = 0x4000;
    public const uint Regular = 0x8000;
    public const uint SymbolicLink = 0xA000;

    public const uint ReadWriteExecute = 0x1FF; // 0777
    public const uint Sticky = 0x200;           // 01000

    public const uint DefaultFile = 0x1B6;      // 0666
    public const uint DefaultDirectory = 0x1FF; // 0777

    public static EntryType TypeOf(uint mode) => (mode & TypeMask) switch
    {
        Regular => EntryType.File,
        Directory => EntryType.Directory,
        SymbolicLink => EntryType.SymbolicLink,
        _ => EntryType.Special,
    };

    /// <summary>What a peer may set: set-user-id and set-group-id never, sticky on directories alone.</summary>
    public static uint Settable(uint permissions, EntryType type) =>
        permissions & (type == EntryType.Directory ? ReadWriteExecute | Sticky : ReadWriteExecute);
}
