using System.Text;
using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Memory;

/// <summary>Random operations mean the same in memory and on a disk: each answer, and all that is there afterwards.</summary>
public sealed class MemoryAgainstLocalTests : IDisposable
{
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly string[] Targets = ["a", "b", "c/d", "..", "../a", "../b/c", ".", "a/../b", "../../a", "none"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.OutsideShouldBeUntouched();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(1, FileSystemConfinement.Kernel)]
    [InlineData(2, FileSystemConfinement.Kernel)]
    [InlineData(3, FileSystemConfinement.Kernel)]
    [InlineData(4, FileSystemConfinement.Portable)]
    [InlineData(5, FileSystemConfinement.Portable)]
    [InlineData(6, FileSystemConfinement.Portable)]
    public async Task Random_operations_have_the_same_answers(int seed, FileSystemConfinement confinement)
    {
        using LocalFileSystem local = LocalFileSystem.Open(_directory.Root, new LocalFileSystemOptions { Confinement = confinement });
        using var memory = new MemoryFileSystem();
        var random = new Random(seed);
        var log = new StringBuilder();
        for (int i = 0; i < 1500; i++)
        {
            Func<IFileSystem, Task<string>> operation = Choose(random, log);
            bool withoutLinks = random.Next(3) == 0;
            string expected = await operation(withoutLinks ? local.WithoutLinks : local);
            string answer = await operation(withoutLinks ? memory.WithoutLinks : memory);
            log.AppendLine($"  {(withoutLinks ? "without links " : "")}-> {expected}");
            answer.ShouldBe(expected, log.ToString());
        }

        (await DescribeAsync(memory, VirtualPath.Root)).ShouldBe(await DescribeAsync(local, VirtualPath.Root), log.ToString());
    }

    private static Func<IFileSystem, Task<string>> Choose(Random random, StringBuilder log)
    {
        VirtualPath path = AnyPath(random);
        VirtualPath other = AnyPath(random);
        int kind = random.Next(17);
        var flags = (OpenFlags)random.Next(64);
        RenameMode mode = random.Next(2) == 0 ? RenameMode.Replace : RenameMode.NoReplace;
        string target = Targets[random.Next(Targets.Length)];
        long size = random.Next(20_000);
        log.Append($"{kind} {path} {other} {flags} {mode} {target} {size}");
        return kind switch
        {
            0 or 1 => files => CreateAsync(files.CreateDirectoryAsync(path, null, default)),
            2 => files => CreateAsync(files.DeleteDirectoryAsync(path, default)),
            3 => files => CreateAsync(files.DeleteFileAsync(path, default)),
            4 or 5 => files => CreateAsync(files.RenameAsync(path, other, mode, default)),
            6 or 7 => files => CreateAsync(files.CreateSymbolicLinkAsync(path, target, default)),
            8 => files => CreateAsync(files.CreateHardLinkAsync(path, other, default)),
            9 => async files => Text(await files.ReadSymbolicLinkAsync(path, default)),
            10 => async files => Text(await files.ResolveAsync(path, default)),
            11 => async files => Describe(await files.GetAttributesAsync(path, default)),
            12 => async files => Describe(await files.GetLinkAttributesAsync(path, default)),
            13 => files => CreateAsync(files.SetAttributesAsync(path, new AttributeChanges { Size = size, Permissions = (uint)size & 0xFFF }, default)),
            14 => files => CreateAsync(files.RenameToAsync(path, files.WithoutLinks, other, mode, default)),
            15 => async files => (await files.OpenDirectoryAsync(path, default)).Error.ToString(),
            _ => files => WriteAsync(files, path, flags, size),
        };
    }

    private static VirtualPath AnyPath(Random random)
    {
        VirtualPath path = VirtualPath.Root;
        for (int depth = random.Next(20) == 0 ? 0 : random.Next(1, 5); depth > 0; depth--)
        {
            path = path.Combine(Names[random.Next(Names.Length)]);
        }

        return path;
    }

    private static async Task<string> CreateAsync(ValueTask<StorageResult> operation) => (await operation).Error.ToString();

    private static async Task<string> WriteAsync(IFileSystem files, VirtualPath path, OpenFlags flags, long offset)
    {
        StorageResult<IFileHandle> opened = await files.OpenFileAsync(path, flags, 0x1FF, default);
        if (!opened.IsSuccess)
        {
            return opened.Error.ToString();
        }

        await using IFileHandle file = opened.Value;
        StorageResult<int> written = await file.WriteAsync(offset, $"{path} {offset}");
        return $"{Text(written)} {Describe(await file.GetAttributesAsync(default))}";
    }

    private static string Text<T>(StorageResult<T> result) => result.IsSuccess ? result.Value!.ToString()! : result.Error.ToString();

    // Sizes of directories and their links are each file system's own.
    private static string Describe(StorageResult<EntryAttributes> result) =>
        !result.IsSuccess ? result.Error.ToString() : Describe(result.Value);

    private static string Describe(EntryAttributes attributes) => attributes.Type == EntryType.Directory
        ? $"{attributes.Mode:X}"
        : $"{attributes.Mode:X} {attributes.Size} {attributes.LinkCount}";

    private static async Task<string> DescribeAsync(IFileSystem files, VirtualPath directory)
    {
        var text = new StringBuilder();
        foreach (DirectoryEntry entry in (await files.ListAsync(directory.ToString())).OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            VirtualPath path = directory.Combine(entry.Name);
            text.Append(path).Append(' ').AppendLine(Describe(entry.Attributes));
            if (entry.Attributes.Type == EntryType.Directory)
            {
                text.Append(await DescribeAsync(files, path));
            }
            else if (entry.Attributes.Type == EntryType.File)
            {
                using var content = new PinnedBytes(new byte[30_000]);
                await using IFileHandle file = (await files.OpenFileAsync(path, OpenFlags.Read, null, default)).Value;
                int length = (await file.ReadAsync(0, content.Segments(), default)).Value;
                text.AppendLine(Convert.ToHexString(content.Bytes.AsSpan(0, length)));
            }
        }

        return text.ToString();
    }
}
