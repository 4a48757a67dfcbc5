namespace Hpc.Storage.Memory;

/// <summary>The bits of <c>st_mode</c>.</summary>
internal static class MemoryMode
{
    public const uint Directory = 0x4000;
    public const uint Regular = 0x8000;
    public const uint SymbolicLink = 0xA000;

    public const uint DefaultFile = 0x1B6;      // 0666
    public const uint DefaultDirectory = 0x1FF; // 0777
    public const uint DefaultLink = 0x1FF;      // 0777

    private const uint ReadWriteExecute = 0x1FF; // 0777
    private const uint Sticky = 0x200;           // 01000

    /// <summary>What a peer may set: set-user-id and set-group-id never, sticky on directories alone.</summary>
    public static uint Settable(uint permissions, EntryType type) =>
        permissions & (type == EntryType.Directory ? ReadWriteExecute | Sticky : ReadWriteExecute);
}
