namespace Hpc.Storage.Memory;

/// <summary>
/// Files that live in this process and are gone with it: for tests and for small shares that no disk is needed for. It keeps the rules of POSIX
/// for names, links, renames and open files that were deleted, but asks nobody for permission: modes and owners are kept and not enforced.
/// Thread safe, by one lock: correct rather than fast.
/// </summary>
public sealed class MemoryFileSystem : CapabilityGuard
{
    /// <summary>Makes an empty file system.</summary>
    public MemoryFileSystem(MemoryFileSystemOptions? options = null)
        : base(new MemoryView(new MemoryVolume(options ?? new MemoryFileSystemOptions())), options?.Capabilities ?? All)
    {
    }
}
