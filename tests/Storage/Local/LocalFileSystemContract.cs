using Hpc.Storage.Local;
using Hpc.Storage.Tests.Contract;
using Hpc.Storage.Tests.Support;

namespace Hpc.Storage.Tests.Local;

public abstract class LocalFileSystemContract(FileSystemConfinement confinement) : FileStoreContract
{
    private readonly TemporaryDirectory _directory = new();
    private LocalFileSystem? _files;

    protected override IFileSystem Files =>
        _files ??= LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _directory.OutsideShouldBeUntouched();
        _files?.Dispose();
        _directory.Dispose();
    }
}

public sealed class KernelConfinedContract() : LocalFileSystemContract(FileSystemConfinement.Kernel);

public sealed class PortableConfinedContract() : LocalFileSystemContract(FileSystemConfinement.Portable);
