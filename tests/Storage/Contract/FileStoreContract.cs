using System.Text;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

/// <summary>What every backend does alike, as far as its capabilities go.</summary>
public abstract partial class FileStoreContract : IDisposable
{
    private const OpenFlags WriteNew = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    /// <summary>An empty file system.</summary>
    protected abstract IFileSystem Files { get; }

    /// <summary>Another file system of the same kind, empty too, that lives as long; null if there can be none.</summary>
    protected virtual IFileSystem? Sibling => null;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    protected void Needs(FileSystemCapabilities capability) =>
        Assert.SkipUnless(Files.Capabilities.HasFlag(capability), $"The backend has no {capability}.");

    [Fact]
    public async Task What_is_written_is_read_back()
    {
        await Files.WriteFileAsync("/a", "hello");
        (await Files.ReadFileAsync("/a")).ShouldBe("hello");
        EntryAttributes attributes = (await Files.GetAttributesAsync(P("/a"), default)).Value;
        attributes.Type.ShouldBe(EntryType.File);
        attributes.Size.ShouldBe(5);
    }

    [Fact]
    public async Task Many_segments_are_filled_in_order()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        using var written = new PinnedBytes(content);
        using var read = new PinnedBytes(new byte[content.Length + 10]);

        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew | OpenFlags.Read);
        (await file.WriteAsync(0, written.Segments(100), default)).Value.ShouldBe(content.Length);
        (await file.ReadAsync(0, read.Segments(77), default)).Value.ShouldBe(content.Length);
        read.Bytes.AsSpan(0, content.Length).SequenceEqual(content).ShouldBeTrue();

        if (file.TryRead(7, read.Segments(64), out StorageResult<int> now))
        {
            now.Value.ShouldBeInRange(1, content.Length - 7);
            read.Bytes.AsSpan(0, now.Value).SequenceEqual(content.AsSpan(7, now.Value)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Reading_at_or_past_the_end_is_zero_bytes()
    {
        await Files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        using var buffer = new PinnedBytes(new byte[16]);
        (await file.ReadAsync(5, buffer.Segments(), default)).Value.ShouldBe(0);
        (await file.ReadAsync(long.MaxValue - 100, buffer.Segments(), default)).Value.ShouldBe(0);
        (await file.ReadAsync(3, buffer.Segments(), default)).Value.ShouldBe(2);
        if (file.TryRead(5, buffer.Segments(), out StorageResult<int> now))
        {
            now.Value.ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_negative_offset_is_refused()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew | OpenFlags.Read);
        using var buffer = new PinnedBytes(new byte[4]);
        (await file.ReadAsync(-1, buffer.Segments(), default)).Error.ShouldBe(StorageError.InvalidArgument);
        (await file.WriteAsync(-1, buffer.Segments(), default)).Error.ShouldBe(StorageError.InvalidArgument);
        file.TryRead(-1, buffer.Segments(), out StorageResult<int> read).ShouldBeTrue();
        read.Error.ShouldBe(StorageError.InvalidArgument);
        file.TryWrite(-1, buffer.Segments(), out StorageResult<int> written).ShouldBeTrue();
        written.Error.ShouldBe(StorageError.InvalidArgument);
    }

    [Fact]
    public async Task Writes_may_come_in_any_order()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew | OpenFlags.Read);
        (await file.WriteAsync(6, "world")).Value.ShouldBe(5);
        (await file.WriteAsync(0, "hello ")).Value.ShouldBe(6);
        (await file.ReadTextAsync()).ShouldBe("hello world");
    }

    [Fact]
    public async Task A_file_open_for_writing_shows_its_current_size_by_path()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        await file.WriteAsync(0, "12345");
        (await Files.GetAttributesAsync(P("/a"), default)).Value.Size.ShouldBe(5);
        (await file.GetAttributesAsync(default)).Value.Size.ShouldBe(5);
    }

    [Fact]
    public async Task Appending_ignores_offsets()
    {
        Needs(FileSystemCapabilities.Append);
        await Files.WriteFileAsync("/a", "one");
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append);
        (await file.WriteAsync(0, "two")).Value.ShouldBe(3);
        using var bytes = new PinnedBytes("three"u8.ToArray());
        if (!file.TryWrite(1, bytes.Segments(), out StorageResult<int> result))
        {
            result = await file.WriteAsync(1, bytes.Segments(), default);
        }

        result.Value.ShouldBe(5);
        (await Files.ReadFileAsync("/a")).ShouldBe("onetwothree");
    }

    [Fact]
    public async Task Open_flags_decide_what_happens_to_a_file_that_exists()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        (await Files.OpenFileAsync(P("/a"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.OpenFileAsync(P("/a"), OpenFlags.Write, null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        await Files.WriteFileAsync("/a", "hello");
        await (await Files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create)).CloseAsync();
        (await Files.ReadFileAsync("/a")).ShouldBe("hello");
        (await Files.OpenFileAsync(P("/a"), OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, null, default).ErrorAsync())
            .ShouldBe(StorageError.AlreadyExists);
        await (await Files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Truncate)).CloseAsync();
        (await Files.ReadFileAsync("/a")).ShouldBe("");
        (await Files.OpenFileAsync(P("/a"), OpenFlags.Read | OpenFlags.Truncate, null, default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        (await Files.OpenFileAsync(P("/a"), OpenFlags.None, null, default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
    }

    [Fact]
    public async Task A_handle_does_only_what_it_was_opened_for()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await Files.WriteFileAsync("/a", "hello");
        await using IFileHandle reader = await Files.OpenAsync("/a", OpenFlags.Read);
        (await reader.WriteAsync(0, "x")).IsSuccess.ShouldBeFalse();
        (await reader.SetAttributesAsync(new AttributeChanges { Size = 1 }, default)).IsSuccess.ShouldBeFalse();
        await using IFileHandle writer = await Files.OpenAsync("/a", OpenFlags.Write);
        using var buffer = new PinnedBytes(new byte[4]);
        (await writer.ReadAsync(0, buffer.Segments(), default)).IsSuccess.ShouldBeFalse();
        (await Files.ReadFileAsync("/a")).ShouldBe("hello");
    }

    [Fact]
    public async Task A_directory_is_no_file()
    {
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        (await Files.OpenFileAsync(P("/d"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
        (await Files.OpenFileAsync(P("/d"), WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
        (await Files.OpenFileAsync(P("/"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
        (await Files.DeleteFileAsync(P("/d"), default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
    }

    [Fact]
    public async Task A_file_is_no_directory()
    {
        await Files.WriteFileAsync("/a", "");
        (await Files.OpenDirectoryAsync(P("/a"), default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
        (await Files.DeleteDirectoryAsync(P("/a"), default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
        (await Files.GetAttributesAsync(P("/a/b"), default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
        (await Files.CreateDirectoryAsync(P("/a/b"), null, default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        (await Files.GetAttributesAsync(P("/no"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.GetLinkAttributesAsync(P("/no"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.OpenDirectoryAsync(P("/no"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.DeleteFileAsync(P("/no"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.DeleteDirectoryAsync(P("/no"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.RenameAsync(P("/no"), P("/x"), RenameMode.NoReplace, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.CreateDirectoryAsync(P("/no/x"), null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.OpenFileAsync(P("/no/x"), WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        Needs(FileSystemCapabilities.RangeWrites);
        (await Files.SetAttributesAsync(P("/no"), new AttributeChanges { Size = 1 }, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task Directories_are_created_listed_and_deleted()
    {
        (await Files.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        (await Files.CreateDirectoryAsync(P("/d"), null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await Files.CreateDirectoryAsync(P("/"), null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await Files.CreateDirectoryAsync(P("/d/e"), null, default)).IsSuccess.ShouldBeTrue();
        await Files.WriteFileAsync("/d/f", "12");

        List<DirectoryEntry> entries = await Files.ListAsync("/d");
        entries.OrderBy(e => e.Name).Select(e => (e.Name, e.Attributes.Type)).ShouldBe([("e", EntryType.Directory), ("f", EntryType.File)]);
        entries.Single(e => e.Name == "f").Attributes.Size.ShouldBe(2);

        (await Files.DeleteDirectoryAsync(P("/d"), default).ErrorAsync()).ShouldBe(StorageError.DirectoryNotEmpty);
        (await Files.DeleteDirectoryAsync(P("/d/e"), default)).IsSuccess.ShouldBeTrue();
        (await Files.DeleteFileAsync(P("/d/f"), default)).IsSuccess.ShouldBeTrue();
        (await Files.DeleteDirectoryAsync(P("/d"), default)).IsSuccess.ShouldBeTrue();
        (await Files.ListAsync("/")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5000)]
    public async Task A_large_directory_is_read_in_pieces_without_loss(int limit)
    {
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        for (int i = 0; i < 1500; i++)
        {
            await (await Files.OpenAsync($"/d/a rather long name of a file {i:D5}", WriteNew)).CloseAsync();
        }

        List<DirectoryEntry> entries = await Files.ListAsync("/d", limit);
        entries.Count.ShouldBe(1500);
        entries.Select(e => e.Name).Distinct().Count().ShouldBe(1500);
    }

    [Fact]
    public async Task A_reader_adds_no_more_than_it_is_asked_for()
    {
        for (int i = 0; i < 10; i++)
        {
            await Files.WriteFileAsync($"/{i}", "");
        }

        await using IDirectoryReader reader = (await Files.OpenDirectoryAsync(P("/"), default)).Value;
        var entries = new List<DirectoryEntry>();
        (await reader.ReadAsync(entries, 3, default)).Value.ShouldBeInRange(1, 3);
        (await reader.ReadAsync(entries, 0, default)).Error.ShouldBe(StorageError.InvalidArgument);
    }

    [Fact]
    public async Task The_root_is_neither_deleted_nor_renamed()
    {
        (await Files.DeleteDirectoryAsync(P("/"), default)).IsSuccess.ShouldBeFalse();
        (await Files.DeleteFileAsync(P("/"), default)).IsSuccess.ShouldBeFalse();
        (await Files.RenameAsync(P("/"), P("/x"), RenameMode.Replace, default)).IsSuccess.ShouldBeFalse();
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        (await Files.RenameAsync(P("/d"), P("/"), RenameMode.Replace, default)).IsSuccess.ShouldBeFalse();
        (await Files.GetAttributesAsync(P("/"), default)).Value.Type.ShouldBe(EntryType.Directory);
    }

    [Fact]
    public async Task A_rename_replaces_only_when_asked_to()
    {
        await Files.WriteFileAsync("/a", "a");
        await Files.WriteFileAsync("/b", "b");
        (await Files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await Files.ReadFileAsync("/b")).ShouldBe("b");
        (await Files.RenameAsync(P("/a"), P("/c"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();

        Needs(FileSystemCapabilities.AtomicReplace);
        (await Files.RenameAsync(P("/c"), P("/b"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/b")).ShouldBe("a");
        (await Files.GetAttributesAsync(P("/c"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_directory_is_renamed_with_what_is_in_it()
    {
        Needs(FileSystemCapabilities.DirectoryRename);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.WriteFileAsync("/d/f", "x");
        (await Files.RenameAsync(P("/d"), P("/e"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/e/f")).ShouldBe("x");
        (await Files.RenameAsync(P("/e"), P("/e/below"), RenameMode.NoReplace, default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
    }

    [Fact]
    public async Task Names_are_bytes()
    {
        byte[][] names =
        [
            "with space"u8.ToArray(), "quote'\"\\"u8.ToArray(), "new\nline"u8.ToArray(), "emoji 😀"u8.ToArray(), "é"u8.ToArray(), "e\u0301"u8.ToArray(),
            [0xFF, 0xFE], [0xED, 0xA0, 0x80], "C:"u8.ToArray(), "file:stream"u8.ToArray(), "trailing. "u8.ToArray(), "..."u8.ToArray(),
            "-rf"u8.ToArray(), "\u200b\u2028"u8.ToArray(), Encoding.ASCII.GetBytes(new string('n', 255)),
        ];

        foreach (byte[] name in names)
        {
            VirtualPath.TryParse(name, VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
            (await (await Files.OpenFileAsync(path, WriteNew, null, default)).Value.CloseAsync()).IsSuccess.ShouldBeTrue();
            (await Files.GetAttributesAsync(path, default)).IsSuccess.ShouldBeTrue();
        }

        List<DirectoryEntry> entries = await Files.ListAsync("/");
        entries.Select(e => Convert.ToHexString(PathText.Encode(e.Name))).Order()
            .ShouldBe(names.Select(Convert.ToHexString).Order());
    }

    [Fact]
    public async Task A_name_of_256_bytes_is_too_long()
    {
        VirtualPath path = VirtualPath.Root.Combine(new string('n', 256));
        (await Files.OpenFileAsync(path, WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.NameTooLong);
        (await Files.GetAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.NameTooLong);
        (await Files.CreateDirectoryAsync(path, null, default).ErrorAsync()).ShouldBe(StorageError.NameTooLong);
        (await Files.CreateDirectoryAsync(path.Combine("x"), null, default).ErrorAsync()).ShouldBe(StorageError.NameTooLong);
    }

    [Fact]
    public async Task The_longest_path_is_answered_and_not_thrown()
    {
        VirtualPath path = P("/" + string.Concat(Enumerable.Repeat("d/", 2047)) + "e");
        (await Files.GetAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.ResolveAsync(path, default)).Value.ShouldBe(path);
    }

    [Fact]
    public async Task Times_before_1970_and_after_2038_are_kept()
    {
        Needs(FileSystemCapabilities.Times);
        await Files.WriteFileAsync("/a", "");
        var old = new FileTime(-86_400 * 365L * 10);
        var late = new FileTime(4_000_000_000, 123_456_789);
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { AccessTime = old, ModificationTime = late }, default)).IsSuccess.ShouldBeTrue();
        EntryAttributes attributes = (await Files.GetAttributesAsync(P("/a"), default)).Value;
        attributes.AccessTime.ShouldBe(old);
        attributes.ModificationTime.ShouldBe(late);

        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { ModificationTime = old }, default)).IsSuccess.ShouldBeTrue();
        attributes = (await Files.GetAttributesAsync(P("/a"), default)).Value;
        attributes.AccessTime.ShouldBe(old);
        attributes.ModificationTime.ShouldBe(old);

        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { ModificationTime = new FileTime(0, 1_000_000_000) }, default).ErrorAsync())
            .ShouldBe(StorageError.InvalidArgument);

        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        (await file.SetAttributesAsync(new AttributeChanges { ModificationTime = late }, default)).IsSuccess.ShouldBeTrue();
        (await file.GetAttributesAsync(default)).Value.ModificationTime.ShouldBe(late);
    }

    [Fact]
    public async Task Permission_bits_are_set_without_the_ones_that_change_the_user()
    {
        Needs(FileSystemCapabilities.Modes);
        await Files.WriteFileAsync("/a", "");
        await Files.CreateDirectoryAsync(P("/d"), Convert.ToUInt32("7700", 8), default);
        (await ModeAsync("/d")).ShouldBe(Convert.ToUInt32("1700", 8));
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Permissions = Convert.ToUInt32("7751", 8) }, default)).IsSuccess.ShouldBeTrue();
        (await ModeAsync("/a")).ShouldBe(Convert.ToUInt32("751", 8));

        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        (await file.SetAttributesAsync(new AttributeChanges { Permissions = Convert.ToUInt32("6640", 8) }, default)).IsSuccess.ShouldBeTrue();
        (await ModeAsync("/a")).ShouldBe(Convert.ToUInt32("640", 8));

        await (await Files.OpenFileAsync(P("/b"), WriteNew, Convert.ToUInt32("7777", 8), default)).Value.CloseAsync();
        (await ModeAsync("/b")).ShouldBe(Convert.ToUInt32("755", 8));

        async Task<uint> ModeAsync(string path) => (await Files.GetAttributesAsync(P(path), default)).Value.Mode & 0xFFF;
    }

    [Fact]
    public async Task A_size_is_set_by_path_and_by_handle()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await Files.WriteFileAsync("/a", "hello");
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 2 }, default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/a")).ShouldBe("he");
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = -1 }, default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Write);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 5L << 30 }, default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/a"), default)).Value.Size.ShouldBe(5L << 30);
        (await file.SetAttributesAsync(new AttributeChanges { Size = -1 }, default)).Error.ShouldBe(StorageError.InvalidArgument);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        (await Files.SetAttributesAsync(P("/d"), new AttributeChanges { Size = 1 }, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
    }

    [Fact]
    public async Task A_file_is_made_durable()
    {
        Needs(FileSystemCapabilities.Sync);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        await file.WriteAsync(0, "x");
        (await file.SyncAsync(default)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_is_closed_once()
    {
        IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        await file.DisposeAsync();
    }

    [Fact]
    public async Task Room_is_told()
    {
        Needs(FileSystemCapabilities.Space);
        SpaceInfo space = (await Files.GetSpaceAsync(P("/"), default)).Value;
        space.FragmentSize.ShouldBeGreaterThan(0ul);
        space.TotalBlocks.ShouldBeGreaterThanOrEqualTo(space.FreeBlocks);
        space.MaxNameLength.ShouldBeGreaterThanOrEqualTo(255ul);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        (await file.GetSpaceAsync(default)).Value.TotalBlocks.ShouldBe(space.TotalBlocks);
    }

    [Fact]
    public async Task A_hard_link_is_a_further_name_of_a_regular_file()
    {
        Needs(FileSystemCapabilities.HardLinks);
        await Files.WriteFileAsync("/a", "x");
        (await Files.CreateHardLinkAsync(P("/a"), P("/b"), default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/b"), default)).Value.LinkCount.ShouldBe(2u);
        (await Files.CreateHardLinkAsync(P("/a"), P("/b"), default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        (await Files.CreateHardLinkAsync(P("/d"), P("/e"), default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
    }

    [Fact]
    public async Task A_link_is_followed_or_not_as_asked()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.WriteFileAsync("/a", "hello");
        (await Files.CreateSymbolicLinkAsync(P("/l"), "a", default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadSymbolicLinkAsync(P("/l"), default)).Value.ShouldBe("a");
        (await Files.GetAttributesAsync(P("/l"), default)).Value.Type.ShouldBe(EntryType.File);
        (await Files.GetLinkAttributesAsync(P("/l"), default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
        (await Files.ReadFileAsync("/l")).ShouldBe("hello");
        (await Files.ListAsync("/")).Single(e => e.Name == "l").Attributes.Type.ShouldBe(EntryType.SymbolicLink);
        (await Files.ReadSymbolicLinkAsync(P("/a"), default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        (await Files.CreateSymbolicLinkAsync(P("/l"), "a", default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await Files.DeleteFileAsync(P("/l"), default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/a")).ShouldBe("hello");
    }

    [Fact]
    public async Task An_absolute_link_is_a_virtual_path()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.CreateDirectoryAsync(P("/d/e"), null, default);
        await Files.WriteFileAsync("/d/f", "hello");
        (await Files.CreateSymbolicLinkAsync(P("/d/e/l"), "/d/f", default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/d/e/l")).ShouldBe("hello");
        (await Files.CreateSymbolicLinkAsync(P("/d/e/top"), "/", default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/d/e/top/d/f")).ShouldBe("hello");
        (await Files.CreateSymbolicLinkAsync(P("/d/self"), "/d", default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/d/self/self/f")).ShouldBe("hello");

        // The directory of the link is itself reached by a link: what counts is where it really is.
        (await Files.CreateSymbolicLinkAsync(P("/short"), "d/e", default)).IsSuccess.ShouldBeTrue();
        (await Files.CreateSymbolicLinkAsync(P("/short/m"), "/d/f", default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/d/e/m")).ShouldBe("hello");
    }

    [Fact]
    public async Task A_link_that_leads_out_is_refused()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        (await Files.CreateSymbolicLinkAsync(P("/l"), "..", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), "../../etc/passwd", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), "x/../../../d", default).ErrorAsync()).ShouldBe(StorageError.AccessDenied);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), "", default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), "a\0b", default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), "\uD800", default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);
        (await Files.CreateSymbolicLinkAsync(P("/d/l"), new string('x', 5000), default).ErrorAsync()).ShouldBe(StorageError.NameTooLong);
        (await Files.CreateSymbolicLinkAsync(P("/d/up"), "..", default)).IsSuccess.ShouldBeTrue();
        (await Files.ListAsync("/d/up")).Select(e => e.Name).ShouldBe(["d"]);
    }

    [Fact]
    public async Task Loops_and_dangling_links_end()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.CreateSymbolicLinkAsync(P("/a"), "b", default);
        await Files.CreateSymbolicLinkAsync(P("/b"), "a", default);
        (await Files.GetAttributesAsync(P("/a"), default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await Files.OpenFileAsync(P("/a/x"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await Files.ResolveAsync(P("/a"), default)).Value.ShouldBe(P("/a"));

        await Files.CreateSymbolicLinkAsync(P("/dangling"), "nothing", default);
        (await Files.GetAttributesAsync(P("/dangling"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await Files.GetLinkAttributesAsync(P("/dangling"), default)).IsSuccess.ShouldBeTrue();
        (await Files.OpenFileAsync(P("/dangling"), OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, null, default).ErrorAsync())
            .ShouldBe(StorageError.AlreadyExists);
        await Files.WriteFileAsync("/dangling", "x");
        (await Files.ReadFileAsync("/nothing")).ShouldBe("x");
    }

    [Fact]
    public async Task Long_chains_of_links_end()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.WriteFileAsync("/0", "x");
        for (int i = 1; i <= 50; i++)
        {
            await Files.CreateSymbolicLinkAsync(P($"/{i}"), $"{i - 1}", default);
        }

        (await Files.ReadFileAsync("/40")).ShouldBe("x");
        (await Files.GetAttributesAsync(P("/41"), default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
    }

    [Fact]
    public async Task Attributes_of_a_link_itself_are_changed_where_that_is_possible()
    {
        Needs(FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.Times | FileSystemCapabilities.Modes);
        await Files.WriteFileAsync("/a", "x");
        await Files.CreateSymbolicLinkAsync(P("/l"), "a", default);
        var time = new FileTime(1_000_000);
        (await Files.SetLinkAttributesAsync(P("/l"), new AttributeChanges { ModificationTime = time }, default)).IsSuccess.ShouldBeTrue();
        (await Files.GetLinkAttributesAsync(P("/l"), default)).Value.ModificationTime.ShouldBe(time);
        (await Files.GetAttributesAsync(P("/l"), default)).Value.ModificationTime.ShouldNotBe(time);
        (await Files.SetLinkAttributesAsync(P("/l"), new AttributeChanges { Permissions = 0 }, default).ErrorAsync()).ShouldBe(StorageError.NotSupported);
        (await Files.SetLinkAttributesAsync(P("/l"), new AttributeChanges { Size = 0 }, default)).IsSuccess.ShouldBeFalse();
        (await Files.ReadFileAsync("/a")).ShouldBe("x");
    }

    [Fact]
    public async Task A_path_is_resolved_as_far_as_it_exists()
    {
        Needs(FileSystemCapabilities.SymbolicLinks);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.CreateDirectoryAsync(P("/d/e"), null, default);
        await Files.CreateSymbolicLinkAsync(P("/l"), "d/e", default);
        await Files.CreateSymbolicLinkAsync(P("/d/e/back"), "..", default);
        (await Files.ResolveAsync(P("/"), default)).Value.ShouldBe(P("/"));
        (await Files.ResolveAsync(P("/l"), default)).Value.ShouldBe(P("/d/e"));
        (await Files.ResolveAsync(P("/l/no/thing"), default)).Value.ShouldBe(P("/d/e/no/thing"));
        (await Files.ResolveAsync(P("/l/back/e/x"), default)).Value.ShouldBe(P("/d/e/x"));
        (await Files.ResolveAsync(P("/none"), default)).Value.ShouldBe(P("/none"));
    }

    [Fact]
    public async Task A_cancelled_operation_says_so()
    {
        var cancelled = new CancellationToken(canceled: true);
        (await Files.GetAttributesAsync(P("/"), cancelled).ErrorAsync()).ShouldBe(StorageError.Cancelled);
        (await Files.CreateDirectoryAsync(P("/d"), null, cancelled).ErrorAsync()).ShouldBe(StorageError.Cancelled);
        (await Files.ListAsync("/")).ShouldBeEmpty();
    }
}
