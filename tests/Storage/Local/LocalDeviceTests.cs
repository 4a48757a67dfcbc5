using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>Two roots on one device or on two, and what the descriptors of a local file give.</summary>
public sealed class LocalDeviceTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(RenameMode.NoReplace)]
    [InlineData(RenameMode.Replace)]
    public async Task Another_device_is_told_and_nothing_is_moved(RenameMode mode)
    {
        string mount = Directory.CreateDirectory(_directory.Real("small")).FullName;
        string home = Directory.CreateDirectory(_directory.Real("home")).FullName;
        Assert.SkipUnless(Native.TryMountSmallTemporary(mount, 256), "Only a privileged user can mount a small file system.");
        try
        {
            using LocalFileSystem here = LocalFileSystem.Open(home);
            using LocalFileSystem there = LocalFileSystem.Open(mount);
            await here.WriteFileAsync("/a", "hello");
            (await here.RenameToAsync(P("/a"), there, P("/a"), mode, default)).Error.ShouldBe(StorageError.CrossDevice);
            (await here.RenameToAsync(P("/a"), there.WithoutLinks, P("/a"), mode, default)).Error.ShouldBe(StorageError.CrossDevice);
            (await here.ReadFileAsync("/a")).ShouldBe("hello");
            (await there.ListAsync("/")).ShouldBeEmpty();

            await using IFileHandle source = await here.OpenAsync("/a", OpenFlags.Read);
            await using IFileHandle target = await there.OpenAsync("/b", OpenFlags.Write | OpenFlags.Create);
            StorageResult<long> copied = await source.CopyToAsync(0, target, 0, 100, default);
            copied.Error.ShouldBeOneOf(StorageError.None, StorageError.NotSupported);
            (await target.GetAttributesAsync(default)).Value.Size.ShouldBe(copied.IsSuccess ? 5 : 0);
        }
        finally
        {
            Native.Unmount(mount);
        }
    }

    [Fact]
    public async Task A_directory_is_not_renamed_into_itself_through_another_root()
    {
        Directory.CreateDirectory(_directory.Real("d/e"));
        using LocalFileSystem top = LocalFileSystem.Open(_directory.Root);
        using LocalFileSystem below = LocalFileSystem.Open(_directory.Real("d/e"));
        (await top.RenameToAsync(P("/d"), below, P("/x"), RenameMode.Replace, default)).Error.ShouldBe(StorageError.InvalidArgument);
        await below.WriteFileAsync("/f", "x");
        (await below.RenameToAsync(P("/f"), top, P("/f"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await top.ReadFileAsync("/f")).ShouldBe("x");
    }

    [Fact]
    public async Task A_rename_into_a_root_that_is_gone_is_a_fault_of_the_caller()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        LocalFileSystem gone = LocalFileSystem.Open(_directory.Root);
        await files.WriteFileAsync("/a", "");
        IFileSystem view = gone.WithoutLinks;
        ((IDisposable)view).Dispose();
        (await view.GetAttributesAsync(P("/a"), default)).IsSuccess.ShouldBeTrue();
        gone.Dispose();
        Should.Throw<ObjectDisposedException>(async () => await view.GetAttributesAsync(P("/a"), default));
        Should.Throw<ObjectDisposedException>(async () => await files.RenameToAsync(P("/a"), gone, P("/b"), RenameMode.Replace, default));
    }

    [Fact]
    public async Task A_copy_of_several_pieces_is_whole()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        byte[] content = new byte[(20 << 20) + 5];
        new Random(3).NextBytes(content);
        await File.WriteAllBytesAsync(_directory.Real("a"), content, TestContext.Current.CancellationToken);
        await using (IFileHandle source = await files.OpenAsync("/a", OpenFlags.Read))
        await using (IFileHandle target = await files.OpenAsync("/b", OpenFlags.Write | OpenFlags.Create))
        {
            StorageResult<long> copied = await source.CopyToAsync(0, target, 0, long.MaxValue, default);
            Assert.SkipWhen(copied.Error == StorageError.NotSupported, "This file system copies no ranges.");
            copied.Value.ShouldBe(content.Length);
        }

        (await File.ReadAllBytesAsync(_directory.Real("b"), TestContext.Current.CancellationToken)).AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_links_none_leads_out_either()
    {
        foreach (FileSystemConfinement confinement in Enum.GetValues<FileSystemConfinement>())
        {
            using LocalFileSystem files = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });
            File.Delete(_directory.Real("out"));
            File.CreateSymbolicLink(_directory.Real("out"), _directory.Outside);
            (await files.WithoutLinks.OpenFileAsync(P("/out/secret"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
            (await files.WithoutLinks.ResolveAsync(P("/out"), default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
            (await files.WithoutLinks.ReadSymbolicLinkAsync(P("/out"), default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        }

        _directory.OutsideShouldBeUntouched();
    }

    [Fact]
    public async Task The_descriptor_is_that_of_the_open_file()
    {
        using LocalFileSystem files = LocalFileSystem.Open(_directory.Root);
        await files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await files.OpenAsync("/a", OpenFlags.Read);
        nint descriptor = file.RawDescriptor!.DangerousGetHandle();
        new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget.ShouldBe(_directory.Real("a"));
        await file.CloseAsync();
        file.RawDescriptor.IsClosed.ShouldBeTrue();
    }
}
