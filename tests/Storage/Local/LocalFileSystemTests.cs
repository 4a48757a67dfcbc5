using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using Hpc.TestKit;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

public sealed class LocalFileSystemTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_kernel_of_this_machine_can_confine() =>
        LocalFileSystem.ProbeKernel().ShouldBe(new KernelSupport(true, ""));

    [Fact]
    public void A_root_that_is_not_there_is_refused_by_name()
    {
        string missing = _directory.Real("missing");
        Should.Throw<DirectoryNotFoundException>(() => LocalFileSystem.Open(missing)).Message.ShouldContain(missing);
        File.WriteAllText(missing, "");
        Should.Throw<IOException>(() => LocalFileSystem.Open(missing)).Message.ShouldContain("not a directory");
    }

    [Fact]
    public async Task A_root_is_created_when_asked_for()
    {
        string root = _directory.Real("a/b");
        using (LocalFileSystem files = LocalFileSystem.Open(root, new LocalFileSystemOptions { CreateRoot = true, Umask = 0x3F }))
        {
            (await files.GetAttributesAsync(VirtualPath.Root, default)).Value.Mode.ShouldBe(Convert.ToUInt32("40700", 8));
        }

        using LocalFileSystem again = LocalFileSystem.Open(root, new LocalFileSystemOptions { CreateRoot = true });
        (await again.ListAsync("/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_root_below_a_link_is_the_directory_that_the_link_leads_to()
    {
        Directory.CreateDirectory(_directory.Real("real"));
        Directory.CreateSymbolicLink(_directory.Real("link"), "real");
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Real("link"));
        await files.WriteFileAsync("/a", "x");
        File.CreateSymbolicLink(_directory.Real("real/l"), _directory.Real("real/a"));
        (await files.ReadFileAsync("/l")).ShouldBe("x");
    }

    [Fact]
    public async Task New_files_lose_the_bits_of_the_umask()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Umask = 0x3F });
        await files.WriteFileAsync("/a", "");
        await files.CreateDirectoryAsync(P("/d"), null, default);
        (await files.GetAttributesAsync(P("/a"), default)).Value.Mode.ShouldBe(Convert.ToUInt32("100600", 8));
        (await files.GetAttributesAsync(P("/d"), default)).Value.Mode.ShouldBe(Convert.ToUInt32("40700", 8));
    }

    [Fact]
    public async Task A_large_file_is_cut_when_it_is_opened_for_that()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        await files.WriteFileAsync("/a", "hello");
        await files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 5L << 30 }, default);
        await files.WriteFileAsync("/a", "x");
        (await files.ReadFileAsync("/a")).ShouldBe("x");
    }

    [Fact]
    public async Task Reading_and_writing_on_the_calling_thread_allocate_nothing()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Read | OpenFlags.Write | OpenFlags.Create);
        using var bytes = new PinnedBytes(new byte[64 * 1024]);
        PinnedSegment[] segments = bytes.Segments(8 * 1024);
        Move();
        AllocatedBytes.Least(Move).ShouldBe(0);

        void Move()
        {
            for (int i = 0; i < 10; i++)
            {
                file.TryWrite(i, segments, out _);
                file.TryRead(i, segments, out _);
            }
        }
    }

    [Fact]
    public async Task Open_files_outlive_their_file_system()
    {
        LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        await files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Read);
        files.Dispose();
        (await file.ReadTextAsync()).ShouldBe("hello");
        Should.Throw<ObjectDisposedException>(async () => await files.GetAttributesAsync(P("/a"), default));
    }

    [Fact]
    public async Task Descriptors_are_returned_whatever_happens()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        await files.CreateDirectoryAsync(P("/d"), null, default);
        await files.WriteFileAsync("/d/f", "");
        Directory.CreateSymbolicLink(_directory.Real("d/out"), "../../u10");
        int before = OpenDescriptorsBelow(_directory.Root);
        for (int i = 0; i < 100; i++)
        {
            await (await files.OpenAsync("/d/f", OpenFlags.Read)).DisposeAsync();
            await files.OpenFileAsync(P("/d"), OpenFlags.Read, null, default);
            await files.OpenFileAsync(P("/d/out/x"), OpenFlags.Read, null, default);
            await files.OpenFileAsync(P("/d/f/x"), OpenFlags.Read, null, default);
            await files.ListAsync("/d");
            await files.RenameAsync(P("/d/f"), P("/d/none/g"), RenameMode.Replace, default);
            await files.ResolveAsync(P("/d/f/none"), default);
            await files.SetAttributesAsync(P("/d/f"), new AttributeChanges { Permissions = 0x1B6 }, default);
        }

        OpenDescriptorsBelow(_directory.Root).ShouldBe(before);
    }

    [Fact]
    public async Task A_full_disk_is_no_space_and_what_fitted_stays()
    {
        string mount = Directory.CreateDirectory(_directory.Real("small")).FullName;
        Assert.SkipUnless(Native.TryMountSmallTemporary(mount, 256), "Only a privileged user can mount a small file system.");
        try
        {
            using LocalFileSystem files = LocalFileSystem.Open(mount);
            using var block = new PinnedBytes(new byte[100 * 1024]);
            IFileHandle file = await files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
            (await file.WriteAsync(0, block.Segments(), default)).Value.ShouldBe(100 * 1024);
            (await file.WriteAsync(100 * 1024, block.Segments(), default)).Value.ShouldBe(100 * 1024);
            (await file.WriteAsync(200 * 1024, block.Segments(), default)).Error.ShouldBe(StorageError.NoSpace);
            file.TryWrite(256 * 1024, block.Segments(), out StorageResult<int> now).ShouldBeTrue();
            now.Error.ShouldBe(StorageError.NoSpace);
            await file.CloseAsync();
            (await files.GetAttributesAsync(P("/a"), default)).Value.Size.ShouldBeGreaterThanOrEqualTo(200 * 1024);
            (await files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        }
        finally
        {
            Native.Unmount(mount);
        }
    }

    [Fact]
    public async Task A_directory_larger_than_every_buffer_is_listed()
    {
        string mount = Directory.CreateDirectory(_directory.Real("large")).FullName;
        for (int i = 0; i < 20_000; i++)
        {
            File.Create(Path.Combine(mount, $"f{i}")).Dispose();
        }

        using LocalFileSystem files = LocalFileSystem.Open(mount);
        (await files.ListAsync("/", 100)).Select(e => e.Name).Distinct().Count().ShouldBe(20_000);
    }

    private static int OpenDescriptorsBelow(string root) =>
        Directory.GetFiles("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget is { } target && target.StartsWith(root, StringComparison.Ordinal));
}
