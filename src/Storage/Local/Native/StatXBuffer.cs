using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary><c>struct statx</c>: the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct StatXBuffer
{
    public const uint BasicStats = 0x7ff;
    public const uint SizeOnly = 0x200;
    public const uint InodeOnly = 0x100;

    /// <summary>STATX_MNT_ID (Linux 5.8).</summary>
    public const uint MountId = 0x1000;

    /// <summary>What the kernel has filled in.</summary>
    [FieldOffset(0)]
    public uint Mask;

    [FieldOffset(16)]
    public uint LinkCount;

    [FieldOffset(20)]
    public uint UserId;

    [FieldOffset(24)]
    public uint GroupId;

    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(64)]
    public long AccessSeconds;

    [FieldOffset(72)]
    public uint AccessNanoseconds;

    [FieldOffset(112)]
    public long ModificationSeconds;

    [FieldOffset(120)]
    public uint ModificationNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;

    [FieldOffset(144)]
    public ulong Mount;

    /// <summary><c>st_dev</c>.</summary>
    public readonly ulong Device => ((ulong)DeviceMajor << 32) | DeviceMinor;

    public readonly EntryAttributes ToAttributes() => new()
    {
        Type = ModeBits.TypeOf(Mode),
        Mode = Mode,
        Size = (long)Math.Min(Size, long.MaxValue),
        UserId = UserId,
        GroupId = GroupId,
        LinkCount = LinkCount,
        Identity = new FileIdentity(Device, Inode),
        AccessTime = new FileTime(AccessSeconds, (int)AccessNanoseconds),
        ModificationTime = new FileTime(ModificationSeconds, (int)ModificationNanoseconds),
    };
}
