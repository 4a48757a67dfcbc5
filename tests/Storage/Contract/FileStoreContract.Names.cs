using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public abstract partial class FileStoreContract
{
    [Theory]
    [InlineData("file", "none", RenameMode.NoReplace, StorageError.None)]
    [InlineData("file", "none", RenameMode.Replace, StorageError.None)]
    [InlineData("file", "file2", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("file", "file2", RenameMode.Replace, StorageError.None)]
    [InlineData("file", "file", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("file", "file", RenameMode.Replace, StorageError.None)]
    [InlineData("file", "empty", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("file", "empty", RenameMode.Replace, StorageError.IsDirectory)]
    [InlineData("file", "file2/below", RenameMode.Replace, StorageError.NotDirectory)]
    [InlineData("file", "none/below", RenameMode.Replace, StorageError.NotFound)]
    [InlineData("file", "full/other", RenameMode.NoReplace, StorageError.None)]
    [InlineData("full/in", "file", RenameMode.Replace, StorageError.None)]
    [InlineData("empty", "none", RenameMode.Replace, StorageError.None)]
    [InlineData("empty", "file", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("empty", "file", RenameMode.Replace, StorageError.NotDirectory)]
    [InlineData("empty", "empty2", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("empty", "empty2", RenameMode.Replace, StorageError.None)]
    [InlineData("empty", "empty", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("empty", "empty", RenameMode.Replace, StorageError.None)]
    [InlineData("full", "none", RenameMode.Replace, StorageError.None)]
    [InlineData("full", "empty", RenameMode.Replace, StorageError.None)]
    [InlineData("empty", "full", RenameMode.Replace, StorageError.DirectoryNotEmpty)]
    [InlineData("empty", "full", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("full", "full/below", RenameMode.Replace, StorageError.InvalidArgument)]
    [InlineData("full", "full/deep/below", RenameMode.Replace, StorageError.InvalidArgument)]
    [InlineData("full/deep", "full", RenameMode.Replace, StorageError.DirectoryNotEmpty)]
    [InlineData("full/deep", "full", RenameMode.NoReplace, StorageError.AlreadyExists)]
    [InlineData("full/deep", "none", RenameMode.NoReplace, StorageError.None)]
    [InlineData("none", "file", RenameMode.Replace, StorageError.NotFound)]
    [InlineData("none", "none", RenameMode.Replace, StorageError.NotFound)]
    public async Task A_rename_keeps_the_rules_of_posix(string from, string to, RenameMode mode, StorageError expected)
    {
        Needs(FileSystemCapabilities.AtomicReplace | FileSystemCapabilities.DirectoryRename);
        foreach (string directory in (string[])["empty", "empty2", "full", "full/deep"])
        {
            (await Files.CreateDirectoryAsync(P("/" + directory), null, default)).IsSuccess.ShouldBeTrue();
        }

        foreach (string file in (string[])["file", "file2", "full/in"])
        {
            await Files.WriteFileAsync("/" + file, file);
        }

        string[] before = await TreeAsync(Files, VirtualPath.Root);
        (await Files.RenameAsync(P("/" + from), P("/" + to), mode, default)).Error.ShouldBe(expected);

        string[] after = await TreeAsync(Files, VirtualPath.Root);
        if (expected != StorageError.None || from == to)
        {
            after.ShouldBe(before);
            return;
        }

        string Moved(string path) => path == "/" + from || path.StartsWith($"/{from}/", StringComparison.Ordinal) ? "/" + to + path[(from.Length + 1)..] : path;
        after.ShouldBe([.. before.Where(path => path != "/" + to).Select(Moved).Order(StringComparer.Ordinal)]);
        if (from == "file")
        {
            (await Files.ReadFileAsync("/" + to)).ShouldBe("file");
        }
    }

    [Fact]
    public async Task Two_names_of_one_file_are_left_by_a_rename()
    {
        Needs(FileSystemCapabilities.HardLinks | FileSystemCapabilities.AtomicReplace);
        await Files.WriteFileAsync("/a", "x");
        await Files.CreateHardLinkAsync(P("/a"), P("/b"), default);
        (await Files.RenameAsync(P("/a"), P("/b"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/a"), default)).Value.LinkCount.ShouldBe(2u);
        (await Files.DeleteFileAsync(P("/b"), default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/a"), default)).Value.LinkCount.ShouldBe(1u);
        (await Files.ReadFileAsync("/a")).ShouldBe("x");
    }

    [Fact]
    public async Task A_renamed_link_is_the_link_and_not_what_it_points_at()
    {
        Needs(FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.AtomicReplace);
        await Files.WriteFileAsync("/a", "a");
        await Files.WriteFileAsync("/b", "b");
        await Files.CreateSymbolicLinkAsync(P("/l"), "a", default);
        (await Files.RenameAsync(P("/l"), P("/m"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadSymbolicLinkAsync(P("/m"), default)).Value.ShouldBe("a");
        (await Files.RenameAsync(P("/b"), P("/m"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        (await Files.GetLinkAttributesAsync(P("/m"), default)).Value.Type.ShouldBe(EntryType.File);
        (await Files.ReadFileAsync("/a")).ShouldBe("a");
        (await Files.ReadFileAsync("/m")).ShouldBe("b");
    }

    [Theory]
    [InlineData(RenameMode.NoReplace)]
    [InlineData(RenameMode.Replace)]
    public async Task A_rename_into_another_file_system_is_one_step_or_nothing(RenameMode mode)
    {
        Assert.SkipWhen(Sibling is null, "There is no other file system of the kind.");
        await Files.WriteFileAsync("/a", "hello");
        await Sibling.WriteFileAsync("/taken", "taken");
        foreach (IFileSystem source in (IFileSystem[])[Files, Files.WithoutLinks])
        {
            StorageError error = (await source.RenameToAsync(P("/a"), Sibling, P("/b"), mode, default)).Error;
            if (error == StorageError.None)
            {
                (await Sibling.ReadFileAsync("/b")).ShouldBe("hello");
                (await Files.GetAttributesAsync(P("/a"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
                (await Sibling.RenameToAsync(P("/b"), Files.WithoutLinks, P("/a"), mode, default)).IsSuccess.ShouldBeTrue();
                (await Files.RenameToAsync(P("/none"), Sibling, P("/b"), mode, default)).Error.ShouldBe(StorageError.NotFound);
                (await Files.RenameToAsync(P("/a"), Sibling, P("/taken"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.AlreadyExists);
            }
            else
            {
                error.ShouldBe(StorageError.CrossDevice);
            }

            (await Files.ReadFileAsync("/a")).ShouldBe("hello");
            (await Sibling.ListAsync("/")).Select(entry => entry.Name).ShouldBe(["taken"]);
            (await Sibling.ReadFileAsync("/taken")).ShouldBe("taken");
        }

        (await Files.RenameToAsync(P("/"), Sibling, P("/b"), mode, default)).IsSuccess.ShouldBeFalse();
        (await Files.RenameToAsync(P("/a"), Sibling, P("/"), mode, default)).IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task A_rename_into_the_same_file_system_is_a_rename()
    {
        await Files.WriteFileAsync("/a", "hello");
        await Files.WriteFileAsync("/b", "b");
        (await Files.RenameToAsync(P("/a"), Files, P("/b"), RenameMode.NoReplace, default)).Error.ShouldBeOneOf(StorageError.AlreadyExists, StorageError.CrossDevice);
        StorageError error = (await Files.RenameToAsync(P("/a"), Files, P("/c"), RenameMode.NoReplace, default)).Error;
        error.ShouldBeOneOf(StorageError.None, StorageError.CrossDevice);
        (await Files.ReadFileAsync(error == StorageError.None ? "/c" : "/a")).ShouldBe("hello");
    }

    [Fact]
    public async Task Each_odd_name_can_be_created_renamed_listed_and_deleted()
    {
        var random = new Random(7);
        var seen = new HashSet<string>();
        for (int i = 0; i < 100; i++)
        {
            byte[] bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            bytes = [.. bytes.Select(value => value is 0 or (byte)'/' ? (byte)'x' : value)];
            string name = PathText.Decode(bytes);
            if (!VirtualPath.Root.TryCombine(name, out VirtualPath path) || !seen.Add(name))
            {
                continue;
            }

            (await (await Files.OpenFileAsync(path, WriteNew, null, default)).Value.CloseAsync()).IsSuccess.ShouldBeTrue();
            PathText.Encode((await Files.ListAsync("/")).Single().Name).ShouldBe(bytes);
            (await Files.RenameAsync(path, P("/plain"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
            (await Files.RenameAsync(P("/plain"), path, RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
            (await Files.DeleteFileAsync(path, default)).IsSuccess.ShouldBeTrue();
        }

        (await Files.ListAsync("/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_that_differ_in_case_or_form_are_different()
    {
        string[] names = ["a", "A", "é", "e\u0301", "ß", "ss", "ﬁ", "fi"];
        foreach (string name in names)
        {
            await Files.WriteFileAsync("/" + name, name);
        }

        foreach (string name in names)
        {
            (await Files.ReadFileAsync("/" + name)).ShouldBe(name);
        }
    }

    [Fact]
    public async Task A_deep_path_is_created_used_and_deleted()
    {
        const int Depth = 200;
        VirtualPath path = VirtualPath.Root;
        for (int i = 0; i < Depth; i++)
        {
            path = path.Combine("a directory");
            (await Files.CreateDirectoryAsync(path, null, default)).IsSuccess.ShouldBeTrue();
        }

        await Files.WriteFileAsync(path.Combine("f").ToString(), "deep");
        (await Files.ReadFileAsync(path.Combine("f").ToString())).ShouldBe("deep");
        (await Files.DeleteFileAsync(path.Combine("f"), default)).IsSuccess.ShouldBeTrue();
        for (; !path.IsRoot; path = path.Parent)
        {
            (await Files.DeleteDirectoryAsync(path, default)).IsSuccess.ShouldBeTrue();
        }

        (await Files.ListAsync("/")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_directory_that_is_deleted_while_it_is_read_ends()
    {
        (await Files.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        await using IDirectoryReader reader = (await Files.OpenDirectoryAsync(P("/d"), default)).Value;
        (await Files.DeleteDirectoryAsync(P("/d"), default)).IsSuccess.ShouldBeTrue();
        (await reader.ReadAsync([], 10, default)).Value.ShouldBe(0);
    }

    [Fact]
    public async Task A_stream_gives_what_a_list_gives()
    {
        for (int i = 0; i < 300; i++)
        {
            await Files.WriteFileAsync($"/file {i}", new string('x', i % 7));
        }

        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await using IDirectoryReader reader = (await Files.OpenDirectoryAsync(P("/"), default)).Value;
        Assert.SkipUnless(reader is IDirectoryStream, "The backend only lists.");
        var sink = new LimitedSink();
        while (!(await ((IDirectoryStream)reader).StreamAsync(sink, default)).Value)
        {
            sink.MakeRoom();
        }

        sink.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ShouldBe((await Files.ListAsync("/")).OrderBy(entry => entry.Name, StringComparer.Ordinal));
    }

    private static async Task<string[]> TreeAsync(IFileSystem files, VirtualPath directory)
    {
        var paths = new List<string>();
        foreach (DirectoryEntry entry in await files.ListAsync(directory.ToString()))
        {
            VirtualPath path = directory.Combine(entry.Name);
            paths.Add(path.ToString());
            if (entry.Attributes.Type == EntryType.Directory)
            {
                paths.AddRange(await TreeAsync(files, path));
            }
        }

        return [.. paths.Order(StringComparer.Ordinal)];
    }

    // Takes a few at a time, so that what is refused must be offered again.
    private sealed class LimitedSink : IDirectoryEntrySink
    {
        private int _room = 7;

        public List<DirectoryEntry> Entries { get; } = [];

        public void MakeRoom() => _room = 7;

        public bool TryAdd(ReadOnlySpan<byte> name, in EntryAttributes attributes)
        {
            if (_room-- <= 0)
            {
                return false;
            }

            Entries.Add(new DirectoryEntry(PathText.Decode(name), attributes));
            return true;
        }
    }
}
