using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Contract;

namespace Hpc.Storage.Tests.Memory;

public abstract class MemoryContract(FileSystemCapabilities capabilities) : FileStoreContract
{
    protected override IFileSystem Files { get; } = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = capabilities });

    protected override IFileSystem Sibling { get; } = new MemoryFileSystem(new MemoryFileSystemOptions { Capabilities = capabilities });
}

public sealed class MemoryFileSystemContract() : MemoryContract(CapabilityGuard.All);

/// <summary>What a store of objects is like: whole files, no links, no modes.</summary>
public sealed class ObjectStoreLikeContract() : MemoryContract(FileSystemCapabilities.ServerSideCopy);

/// <summary>A backend that can do all but change what is there.</summary>
public sealed class WithoutRangeWritesContract() : MemoryContract(CapabilityGuard.All & ~(FileSystemCapabilities.RangeWrites | FileSystemCapabilities.Append));

/// <summary>A backend of a few attributes.</summary>
public sealed class LinksAloneContract() : MemoryContract(
    FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.RangeWrites | FileSystemCapabilities.Append | FileSystemCapabilities.Times);
