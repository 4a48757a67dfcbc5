using System.Text;
using Hpc.Storage.Local;
using Hpc.Storage.Local.Native;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>The ways that only older kernels and odd file systems take, called directly.</summary>
public sealed class OldKernelTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalFileSystem _files;
    private readonly SafeDescriptor _root;

    public OldKernelTests()
    {
        _files = LocalFileSystem.Open(_directory.Root);
        _root = RootDirectory.Open(_directory.Root, new LocalFileSystemOptions(), out _);
        File.WriteAllText(_directory.Real("a"), "a");
        File.WriteAllText(_directory.Real("b"), "b");
        Directory.CreateDirectory(_directory.Real("d"));
        Directory.CreateDirectory(_directory.Real("e"));
        File.CreateSymbolicLink(_directory.Real("l"), "a");
    }

    public void Dispose()
    {
        _root.Dispose();
        _files.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Mode_and_times_are_changed_through_an_own_descriptor()
    {
        Change("a").ShouldBe(0);
        EntryAttributes attributes = (await _files.GetAttributesAsync(P("/a"), default)).Value;
        (attributes.Mode & 0xFFF).ShouldBe(0x180u);
        attributes.ModificationTime.ShouldBe(new FileTime(77, 5));

        unsafe int Change(string name)
        {
            using SafeDescriptor.Lease root = _root.Acquire();
            fixed (byte* path = Encoding.UTF8.GetBytes(name + "\0"))
            {
                int descriptor = NativeMethods.OpenAt(root.Descriptor, path, OpenFlag.Path | OpenFlag.NoFollow | OpenFlag.CloseOnExec, 0);
                using var handle = new SafeDescriptor(descriptor);
                TimeSpecification* times = stackalloc TimeSpecification[] { new(66, 4), new(77, 5) };
                return DescriptorAttributes.ChangeModeThroughProc(descriptor, 0x180) | DescriptorAttributes.SetTimesThroughProc(descriptor, times);
            }
        }
    }

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(1, 0, true)]
    [InlineData(1, 1, true)]
    [InlineData(2, 0, true)]
    [InlineData(0, 0, false)]
    [InlineData(1, -Errno.Again, false)]
    [InlineData(1, -5, false)]
    [InlineData(9, -Errno.Invalid, false)]
    public unsafe void A_read_without_waiting_says_bytes_or_a_true_end_and_nothing_else(long offset, int read, bool isFinal)
    {
        using SafeDescriptor.Lease root = _root.Acquire();
        fixed (byte* path = "a\0"u8)
        {
            using var file = new SafeDescriptor(NativeMethods.OpenAt(root.Descriptor, path, OpenFlag.ReadOnly | OpenFlag.CloseOnExec, 0));
            using SafeDescriptor.Lease lease = file.Acquire();
            LocalFileHandle.IsFinal(lease.Descriptor, offset, read).ShouldBe(isFinal);
        }
    }

    [Fact]
    public async Task An_error_of_a_read_without_waiting_is_left_to_the_worker()
    {
        await using IFileHandle file = await _files.OpenAsync("/a", OpenFlags.Write);
        using var bytes = new PinnedBytes(new byte[4]);
        file.TryRead(0, bytes.Segments(), out _).ShouldBeFalse();
        (await file.ReadAsync(0, bytes.Segments(), default)).Error.ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public async Task The_end_of_a_file_is_known_without_a_worker()
    {
        await using IFileHandle file = await _files.OpenAsync("/a", OpenFlags.Read);
        using var bytes = new PinnedBytes(new byte[4]);
        Assert.SkipUnless(file.TryRead(0, bytes.Segments(), out _), "This file system cannot read without waiting.");
        file.TryRead(1, bytes.Segments(), out StorageResult<int> end).ShouldBeTrue();
        end.Value.ShouldBe(0);
    }

    [Theory]
    [InlineData("a", "new", StorageError.None)]
    [InlineData("a", "b", StorageError.AlreadyExists)]
    [InlineData("a", "d", StorageError.AlreadyExists)]
    [InlineData("l", "new", StorageError.None)]
    [InlineData("d", "new", StorageError.None)]
    [InlineData("d", "e", StorageError.AlreadyExists)]
    [InlineData("none", "new", StorageError.NotFound)]
    public unsafe void A_rename_without_replacing_works_by_linking(string from, string to, StorageError expected)
    {
        using SafeDescriptor.Lease root = _root.Acquire();
        fixed (byte* fromPointer = Encoding.UTF8.GetBytes(from + "\0"), toPointer = Encoding.UTF8.GetBytes(to + "\0"))
        {
            LocalTree.RenameByLink(root.Descriptor, fromPointer, root.Descriptor, toPointer).Error.ShouldBe(expected);
        }

        Path.Exists(_directory.Real("b")).ShouldBeTrue();
        File.Exists(_directory.Real("a")).ShouldBe(from != "a" || expected != StorageError.None);
        Path.Exists(_directory.Real("new")).ShouldBe(expected == StorageError.None);
    }
}
