using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public abstract partial class FileStoreContract
{
    [Theory]
    [InlineData(0, 0, 100_000, 100_000)]
    [InlineData(0, 0, 1, 1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(1, 4095, 70_001, 70_001)]
    [InlineData(99_999, 0, 500, 1)]
    [InlineData(100_000, 0, 500, 0)]
    [InlineData(200_000, 0, 500, 0)]
    [InlineData(5, 300_000, long.MaxValue - 400_000, 99_995)]
    public async Task A_range_is_copied_on_the_server_as_far_as_the_file_goes(long offset, long targetOffset, long length, long expected)
    {
        byte[] content = await WriteRandomAsync("/a", 100_000);
        await using IFileHandle source = await Files.OpenAsync("/a", OpenFlags.Read);
        await using IFileHandle target = await Files.OpenAsync("/b", WriteNew | OpenFlags.Read);
        (await target.WriteAsync(0, "before")).Value.ShouldBe(6);
        (await CopyAsync(source, offset, target, targetOffset, length)).ShouldBe(expected);

        long size = (await target.GetAttributesAsync(default)).Value.Size;
        size.ShouldBe(expected == 0 ? 6 : Math.Max(6, targetOffset + expected));
        using var read = new PinnedBytes(new byte[size]);
        (await target.ReadAsync(0, read.Segments(), default)).Value.ShouldBe((int)size);
        if (expected > 0)
        {
            read.Bytes.AsSpan((int)targetOffset, (int)expected).SequenceEqual(content.AsSpan((int)offset, (int)expected)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_copy_within_one_file_works_where_nothing_overlaps()
    {
        byte[] content = await WriteRandomAsync("/a", 10_000);
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read | OpenFlags.Write);
        (await CopyAsync(file, 0, file, 10_000, 10_000)).ShouldBe(10_000);
        using var read = new PinnedBytes(new byte[20_000]);
        (await file.ReadAsync(0, read.Segments(), default)).Value.ShouldBe(20_000);
        read.Bytes.AsSpan(0, 10_000).SequenceEqual(content).ShouldBeTrue();
        read.Bytes.AsSpan(10_000).SequenceEqual(content).ShouldBeTrue();
        (await file.CopyToAsync(0, file, 5, 100, default)).Error.ShouldBe(StorageError.NotSupported);
    }

    [Fact]
    public async Task A_copy_that_cannot_be_is_refused_before_its_first_byte()
    {
        await WriteRandomAsync("/a", 1000);
        await using IFileHandle source = await Files.OpenAsync("/a", OpenFlags.Read);
        await using IFileHandle writer = await Files.OpenAsync("/a", OpenFlags.Write);
        await using IFileHandle target = await Files.OpenAsync("/b", WriteNew);
        (await source.CopyToAsync(-1, target, 0, 10, default)).IsSuccess.ShouldBeFalse();
        (await source.CopyToAsync(0, target, -1, 10, default)).IsSuccess.ShouldBeFalse();
        (await source.CopyToAsync(0, target, 0, -1, default)).IsSuccess.ShouldBeFalse();
        (await writer.CopyToAsync(0, target, 0, 10, default)).IsSuccess.ShouldBeFalse();
        (await source.CopyToAsync(0, source, 2000, 10, default)).IsSuccess.ShouldBeFalse();
        (await source.CopyToAsync(0, target, 0, 10, new CancellationToken(canceled: true))).Error
            .ShouldBeOneOf(StorageError.Cancelled, StorageError.NotSupported);
        (await target.GetAttributesAsync(default)).Value.Size.ShouldBe(0);

        Needs(FileSystemCapabilities.Append);
        await using IFileHandle appending = await Files.OpenAsync("/c", OpenFlags.Write | OpenFlags.Create | OpenFlags.Append);
        (await source.CopyToAsync(0, appending, 0, 10, default)).Error.ShouldBe(StorageError.NotSupported);
    }

    [Fact]
    public async Task A_copy_into_another_file_system_works_or_is_left_to_the_caller()
    {
        Assert.SkipWhen(Sibling is null, "There is no other file system of the kind.");
        await WriteRandomAsync("/a", 1000);
        await using IFileHandle source = await Files.OpenAsync("/a", OpenFlags.Read);
        await using IFileHandle target = await Sibling.OpenAsync("/b", WriteNew);
        StorageResult<long> copied = await source.CopyToAsync(0, target, 0, 1000, default);
        copied.Error.ShouldBeOneOf(StorageError.None, StorageError.NotSupported);
        (await target.GetAttributesAsync(default)).Value.Size.ShouldBe(copied.IsSuccess ? 1000 : 0);
    }

    [Fact]
    public async Task Metadata_stays_with_its_file()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await Files.WriteFileAsync("/a", "x");
        byte[] long256 = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        await using (IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read | OpenFlags.Write))
        {
            await NeedsMetadataAsync(file);
            (await MetadataAsync(file, "sha256")).Error.ShouldBe(StorageError.NotFound);
            (await file.SetMetadataAsync("sha256", new byte[] { 1, 2, 3 }, default)).IsSuccess.ShouldBeTrue();
            (await file.SetMetadataAsync("other.2", long256, default)).IsSuccess.ShouldBeTrue();
            (await MetadataAsync(file, "sha256")).Value.ShouldBe([1, 2, 3]);
            (await file.SetMetadataAsync("sha256", new byte[] { 4 }, default)).IsSuccess.ShouldBeTrue();
            (await file.WriteAsync(0, "content has nothing to do with it")).IsSuccess.ShouldBeTrue();
            (await file.SetAttributesAsync(new AttributeChanges { Size = 0 }, default)).IsSuccess.ShouldBeTrue();
        }

        (await Files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        await using (IFileHandle file = await Files.OpenAsync("/b", OpenFlags.Read))
        {
            (await MetadataAsync(file, "sha256")).Value.ShouldBe([4]);
            (await MetadataAsync(file, "other.2")).Value.ShouldBe(long256);
            (await file.GetMetadataAsync("other.2", new byte[10], default)).Error.ShouldBe(StorageError.InvalidArgument);
            (await file.SetMetadataAsync("other.2", default, default)).IsSuccess.ShouldBeTrue();
            (await file.SetMetadataAsync("other.2", default, default)).IsSuccess.ShouldBeTrue();
            (await MetadataAsync(file, "other.2")).Error.ShouldBe(StorageError.NotFound);
        }

        (await Files.DeleteFileAsync(P("/b"), default)).IsSuccess.ShouldBeTrue();
        await Files.WriteFileAsync("/b", "new");
        await using IFileHandle again = await Files.OpenAsync("/b", OpenFlags.Read);
        (await MetadataAsync(again, "sha256")).Error.ShouldBe(StorageError.NotFound);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("under_score")]
    [InlineData("slash/name")]
    [InlineData("nul\0")]
    [InlineData("é")]
    [InlineData("123456789012345678901234567890123")]
    public async Task A_bad_name_of_metadata_is_refused(string name)
    {
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        await NeedsMetadataAsync(file);
        (await file.SetMetadataAsync(name, new byte[1], default)).Error.ShouldBe(StorageError.InvalidArgument);
        (await file.GetMetadataAsync(name, new byte[1], default)).Error.ShouldBe(StorageError.InvalidArgument);
        (await file.SetMetadataAsync("good", new byte[257], default)).Error.ShouldBe(StorageError.InvalidArgument);
    }

    private static async Task<StorageResult<byte[]>> MetadataAsync(IFileHandle file, string name)
    {
        byte[] value = new byte[256];
        StorageResult<int> length = await file.GetMetadataAsync(name, value, default);
        return length.IsSuccess ? value[..length.Value] : length.Error;
    }

    private async Task NeedsMetadataAsync(IFileHandle file)
    {
        Needs(FileSystemCapabilities.Metadata);
        bool isKept = (await file.SetMetadataAsync("probe", default, default)).Error != StorageError.NotSupported;
        Assert.SkipUnless(isKept, "The file system below keeps no metadata.");
    }

    private static async Task<long> CopyAsync(IFileHandle source, long offset, IFileHandle target, long targetOffset, long length)
    {
        StorageResult<long> copied = await source.CopyToAsync(offset, target, targetOffset, length, default);
        Assert.SkipWhen(copied.Error == StorageError.NotSupported, "The file system below copies no ranges.");
        return copied.Value;
    }

    private async Task<byte[]> WriteRandomAsync(string path, int length)
    {
        Needs(FileSystemCapabilities.ServerSideCopy | FileSystemCapabilities.RangeWrites);
        using var content = new PinnedBytes(new byte[length]);
        new Random(length).NextBytes(content.Bytes);
        IFileHandle file = await Files.OpenAsync(path, WriteNew);
        (await file.WriteAsync(0, content.Segments(), default)).Value.ShouldBe(length);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        return content.Bytes;
    }
}
