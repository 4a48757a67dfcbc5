using Hpc.Storage.Local;
using Hpc.Storage.Tests.Contract;
using Hpc.Storage.Tests.Support;

namespace Hpc.Storage.Tests.Local;

public abstract class LocalFileSystemContract(FileSystemConfinement confinement) : FileStoreContract
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryDirectory _siblingDirectory = new();
    private LocalFileSystem? _files;
    private LocalFileSystem? _sibling;

    protected override IFileSystem Files =>
        _files ??= LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });

    protected override IFileSystem Sibling =>
        _sibling ??= LocalFileSystem.Open(_siblingDirectory.Root, new LocalFileSystemOptions { Confinement = confinement });

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _directory.OutsideShouldBeUntouched();
        _siblingDirectory.OutsideShouldBeUntouched();
        _files?.Dispose();
        _sibling?.Dispose();
        _directory.Dispose();
        _siblingDirectory.Dispose();
    }
}

public sealed class KernelConfinedContract() : LocalFileSystemContract(FileSystemConfinement.Kernel);

public sealed class PortableConfinedContract() : LocalFileSystemContract(FileSystemConfinement.Portable);
