using System.Text;
using Hpc.Storage.Local;
using Hpc.Storage.Local.Native;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>Roots that are opened only if nothing has to be waited for.</summary>
public sealed class AtHandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static bool IsSupported => OperatingSystem.IsOSPlatformVersionAtLeast("linux", 5, 12);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_no_directory_is_never_at_hand()
    {
        File.WriteAllText(_directory.Real("file"), "");

        foreach (string path in new[] { _directory.Real("file"), _directory.Real("missing"), "", "relative", "/\0" })
        {
            LocalFileSystem.TryOpenAtHand(path, null, out LocalFileSystem? files).ShouldBeFalse(path);
            files.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(FileSystemConfinement.Kernel)]
    [InlineData(FileSystemConfinement.Portable)]
    public async Task A_directory_that_was_just_made_is_at_hand_and_the_same_root_as_one_that_was_opened(FileSystemConfinement confinement)
    {
        Assert.SkipUnless(IsSupported, "the kernel is older than 5.12");
        var options = new LocalFileSystemOptions { Confinement = confinement };
        LocalFileSystem.ProbeKernel();
        Directory.CreateDirectory(_directory.Real("home"));
        File.WriteAllText(_directory.Real("home/file"), "content");
        File.CreateSymbolicLink(_directory.Real("home/out"), "../../u10/secret");
        File.CreateSymbolicLink(_directory.Real("link"), "home");

        LocalFileSystem files = OpenAtHand(_directory.Real("home"), options);
        LocalFileSystem again = OpenAtHand(_directory.Real("link/../home/"), options);
        LocalFileSystem linked = OpenAtHand(_directory.Real("link"), options);
        using (LocalFileSystem waited = LocalFileSystem.Open(_directory.Real("home"), options))
        using (files)
        using (again)
        using (linked)
        {
            RootDescriptors(_directory.Real("home")).ShouldBe(1);
            (await files.GetAttributesAsync(P("/file"), default)).Value.Size.ShouldBe(7);
            (await files.GetAttributesAsync(P("/out"), default)).IsSuccess.ShouldBeFalse();
            (await waited.GetAttributesAsync(P("/out"), default)).IsSuccess.ShouldBeFalse();
        }

        RootDescriptors(_directory.Real("home")).ShouldBe(0);
    }

    [Fact]
    public void The_kernel_is_asked_to_look_no_further_than_its_memory()
    {
        Assert.SkipUnless(IsSupported, "the kernel is older than 5.12");
        byte[] never = Encoding.UTF8.GetBytes(_directory.Real(Guid.NewGuid().ToString()) + "\0");

        // Without RESOLVE_CACHED the disk would be asked, and the answer were ENOENT.
        RootDirectory.TryOpenCached(never, out int descriptor).ShouldBe(Errno.Again);
        descriptor.ShouldBeLessThan(0);
    }

    // The kernel also says no when mounts change anywhere while it looks, and for a link whose access time (relatime) is due: following it once sets that.
    private static LocalFileSystem OpenAtHand(string path, LocalFileSystemOptions options)
    {
        LocalFileSystem? files = null;
        for (int attempt = 0; files is null && attempt < 10_000; attempt++)
        {
            Directory.Exists(path).ShouldBeTrue();
            LocalFileSystem.TryOpenAtHand(path, options, out files);
        }

        return files.ShouldNotBeNull();
    }

    private static int RootDescriptors(string path) =>
        Directory.GetDirectories("/proc/self/fd").Count(entry => new FileInfo(entry).LinkTarget == path);
}
