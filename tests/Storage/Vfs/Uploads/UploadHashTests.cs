using System.Security.Cryptography;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>Digests made while a file is uploaded.</summary>
public sealed class UploadHashTests
{
    public static TheoryData<bool, UploadMode> Kinds =>
        new MatrixTheoryData<bool, UploadMode>([false, true], [UploadMode.Standard, UploadMode.Atomic]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_written_in_order_has_its_digest(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Hashing(isLocal, mode);
        byte[] content = new byte[5000];
        new Random(1).NextBytes(content);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        for (int i = 0; i < 5000; i += 1000)
        {
            (await WriteAsync(file, i, content[i..(i + 1000)], pieceLength: 300)).Value.ShouldBe(1000);
        }

        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await StoredAsync(bench, "/a")).ShouldBe(SHA256.HashData(content));

        (await bench.RenameAsync("/a", "/b")).ShouldBe(StorageError.None);
        var times = new AttributeChanges { AccessTime = new FileTime(5), ModificationTime = new FileTime(7, 8) };
        (await bench.Files.SetAttributesAsync(bench.Backend, P("/b"), times, true, default)).IsSuccess.ShouldBeTrue();
        (await StoredAsync(bench, "/b")).ShouldBe(SHA256.HashData(content));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whatever_else_happens_to_the_file_ends_it(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Hashing(isLocal, mode);
        await PutAsync(bench, async file =>
        {
            await WriteAsync(file, 10, 10);
            await WriteAsync(file, 0, 10);
        });
        await PutAsync(bench, async file =>
        {
            await WriteAsync(file, 0, 10);
            await file.SetAttributesAsync(new AttributeChanges { Size = 5 }, default);
            await file.SetAttributesAsync(new AttributeChanges { Size = 10 }, default);
        });

        await bench.PutAsync("/a", 100);
        (await StoredAsync(bench, "/a")).ShouldNotBeNull();
        EntryAttributes before = (await bench.Backend.GetAttributesAsync(P("/a"), default)).Value;
        await using (IFileHandle again = await bench.OpenAsync("/a", OpenFlags.Write))
        {
            await WriteAsync(again, 3, 1);
            await again.SetAttributesAsync(new AttributeChanges { AccessTime = before.AccessTime, ModificationTime = before.ModificationTime }, default);
            await again.CloseAsync();
        }

        (await StoredAsync(bench, "/a")).ShouldBeNull();

        static async Task PutAsync(UploadBench bench, Func<IFileHandle, Task> write)
        {
            IFileHandle file = await bench.OpenAsync("/a", Upload);
            await write(file);
            (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
            (await StoredAsync(bench, "/a")).ShouldBeNull();
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_changed_behind_the_server_has_no_digest(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Hashing(isLocal, mode);
        await bench.PutAsync("/a", 100);
        await bench.Backend.SetAttributesAsync(P("/a"), new AttributeChanges { AccessTime = new FileTime(1), ModificationTime = new FileTime(1) }, default);
        (await StoredAsync(bench, "/a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_second_writer_ends_it_and_while_one_writes_there_is_none()
    {
        using UploadBench bench = Hashing(isLocal: false, UploadMode.Standard);
        await bench.PutAsync("/b", 10);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        await WriteAsync(file, 0, 10);
        IFileHandle second = await bench.OpenAsync("/a", OpenFlags.Write);
        await second.CloseAsync();
        await file.CloseAsync();
        (await StoredAsync(bench, "/a")).ShouldBeNull();
        (await StoredAsync(bench, "/b")).ShouldNotBeNull();
    }

    private static UploadBench Hashing(bool isLocal, UploadMode mode)
    {
        var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, Hashes = true });
        Assert.SkipUnless(bench.Backend.Capabilities.HasFlag(FileSystemCapabilities.Metadata), "The backend keeps no metadata.");
        return bench;
    }

    private static async Task<byte[]?> StoredAsync(UploadBench bench, string path)
    {
        await using IFileHandle file = await bench.OpenAsync(path, OpenFlags.Read);
        StorageResult<ReadOnlyMemory<byte>> stored = await file.GetStoredSha256Async(default);
        return stored.IsSuccess ? stored.Value.ToArray() : null;
    }
}
