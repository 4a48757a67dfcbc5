using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary><c>struct statvfs</c> of 64-bit Linux (112 bytes; the rest is slack).</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct FileSystemStatBuffer
{
    private const ulong ReadOnlyFlag = 1;

    public ulong BlockSize;
    public ulong FragmentSize;
    public ulong TotalBlocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong TotalFiles;
    public ulong FreeFiles;
    public ulong AvailableFiles;
    public ulong FileSystemId;
    public ulong Flags;
    public ulong MaxNameLength;

    public readonly SpaceInfo ToSpaceInfo() => new()
    {
        BlockSize = BlockSize,
        FragmentSize = FragmentSize,
        TotalBlocks = TotalBlocks,
        FreeBlocks = FreeBlocks,
        AvailableBlocks = AvailableBlocks,
        TotalFiles = TotalFiles,
        FreeFiles = FreeFiles,
        AvailableFiles = AvailableFiles,
        FileSystemId = FileSystemId,
        IsReadOnly = (Flags & ReadOnlyFlag) != 0,
        MaxNameLength = MaxNameLength,
    };
}
