using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public abstract partial class FileStoreContract
{
    private const OpenFlags CreateNew = OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive;

    public static TheoryData<OpenFlags> EveryWayToOpen => [.. Enumerable.Range(0, 64).Select(flags => (OpenFlags)flags)];

    [Theory]
    [MemberData(nameof(EveryWayToOpen))]
    public async Task Open_flags_mean_what_they_mean_to_posix(OpenFlags flags)
    {
        bool writes = flags.HasFlag(OpenFlags.Write);
        bool reads = flags.HasFlag(OpenFlags.Read);
        bool creates = flags.HasFlag(OpenFlags.Create);
        bool isAsked = (writes || reads) && (writes || (flags & (OpenFlags.Append | OpenFlags.Truncate)) == 0);
        if (flags.HasFlag(OpenFlags.Append))
        {
            Needs(FileSystemCapabilities.Append);
        }

        if (writes && (reads || !flags.HasFlag(OpenFlags.Truncate)))
        {
            Needs(FileSystemCapabilities.RangeWrites);
        }

        (await OpenAndCloseAsync("/new")).ShouldBe(!isAsked ? StorageError.InvalidArgument : creates ? StorageError.None : StorageError.NotFound);
        (await Files.GetAttributesAsync(P("/new"), default)).IsSuccess.ShouldBe(isAsked && creates);

        await Files.WriteFileAsync("/old", "hello");
        bool refused = creates && flags.HasFlag(OpenFlags.Exclusive);
        (await OpenAndCloseAsync("/old")).ShouldBe(!isAsked ? StorageError.InvalidArgument : refused ? StorageError.AlreadyExists : StorageError.None);
        (await Files.ReadFileAsync("/old")).ShouldBe(isAsked && !refused && flags.HasFlag(OpenFlags.Truncate) ? "" : "hello");

        (await Files.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        StorageError directory = await OpenAndCloseAsync("/d");
        directory.ShouldBe(!isAsked ? StorageError.InvalidArgument : refused ? StorageError.AlreadyExists : StorageError.IsDirectory);

        async Task<StorageError> OpenAndCloseAsync(string path)
        {
            StorageResult<IFileHandle> opened = await Files.OpenFileAsync(P(path), flags, null, default);
            return opened.IsSuccess ? (await opened.Value.CloseAsync()).Error : opened.Error;
        }
    }

    [Fact]
    public async Task Appending_goes_to_the_end_that_others_have_made()
    {
        Needs(FileSystemCapabilities.Append | FileSystemCapabilities.RangeWrites);
        await using IFileHandle first = await Files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append | OpenFlags.Create);
        await using IFileHandle second = await Files.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append | OpenFlags.Read);
        (await first.WriteAsync(0, "one")).Value.ShouldBe(3);
        (await second.WriteAsync(-1, "two")).Value.ShouldBe(3);
        (await first.WriteAsync(0, "three")).Value.ShouldBe(5);
        (await second.ReadTextAsync()).ShouldBe("onetwothree");
        (await first.SetAttributesAsync(new AttributeChanges { Size = 3 }, default)).IsSuccess.ShouldBeTrue();
        (await second.WriteAsync(0, "!")).Value.ShouldBe(1);
        (await second.ReadTextAsync()).ShouldBe("one!");
    }

    [Fact]
    public async Task What_is_cut_off_or_skipped_reads_as_zeros()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await Files.WriteFileAsync("/a", "hello world");
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 5 }, default)).IsSuccess.ShouldBeTrue();
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { Size = 8 }, default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/a")).ShouldBe("hello\0\0\0");

        await using IFileHandle file = await Files.OpenAsync("/b", WriteNew | OpenFlags.Read);
        long far = (5L << 30) + 3;
        (await file.WriteAsync(far, "x")).Value.ShouldBe(1);
        (await file.GetAttributesAsync(default)).Value.Size.ShouldBe(far + 1);
        using var bytes = new PinnedBytes(new byte[] { 9, 9, 9, 9 });
        (await file.ReadAsync(far - 3, bytes.Segments(), default)).Value.ShouldBe(4);
        bytes.Bytes.ShouldBe(new byte[] { 0, 0, 0, (byte)'x' });
        (await file.SetAttributesAsync(new AttributeChanges { Size = 0 }, default)).IsSuccess.ShouldBeTrue();
        (await file.ReadAsync(0, bytes.Segments(), default)).Value.ShouldBe(0);
    }

    [Fact]
    public async Task Random_writes_and_cuts_leave_what_an_array_would_have()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        const int Most = 40_000;
        var random = new Random(4);
        byte[] expected = new byte[Most];
        int length = 0;
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew | OpenFlags.Read);
        for (int i = 0; i < 300; i++)
        {
            int offset = random.Next(Most - 1);
            if (random.Next(5) == 0)
            {
                (await file.SetAttributesAsync(new AttributeChanges { Size = offset }, default)).IsSuccess.ShouldBeTrue();
                expected.AsSpan(offset).Clear();
                length = offset;
            }
            else
            {
                using var written = new PinnedBytes(new byte[random.Next(1, Math.Min(9000, Most - offset) + 1)]);
                random.NextBytes(written.Bytes);
                (await file.WriteAsync(offset, written.Segments(random.Next(1, 5000)), default)).Value.ShouldBe(written.Bytes.Length);
                written.Bytes.CopyTo(expected, offset);
                length = Math.Max(length, offset + written.Bytes.Length);
            }
        }

        using var read = new PinnedBytes(new byte[Most + 1]);
        (await file.ReadAsync(0, read.Segments(777), default)).Value.ShouldBe(length);
        read.Bytes.AsSpan(0, length).SequenceEqual(expected.AsSpan(0, length)).ShouldBeTrue();
        (await file.GetAttributesAsync(default)).Value.Size.ShouldBe(length);
    }

    [Fact]
    public async Task An_open_file_outlives_its_names()
    {
        Needs(FileSystemCapabilities.RangeWrites);
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew | OpenFlags.Read);
        (await file.WriteAsync(0, "hello")).Value.ShouldBe(5);
        (await Files.DeleteFileAsync(P("/a"), default)).IsSuccess.ShouldBeTrue();
        await Files.WriteFileAsync("/a", "another");
        (await file.WriteAsync(5, " world")).Value.ShouldBe(6);
        (await file.ReadTextAsync()).ShouldBe("hello world");
        (await file.GetAttributesAsync(default)).Value.Size.ShouldBe(11);
        (await Files.ReadFileAsync("/a")).ShouldBe("another");

        await using IFileHandle replaced = await Files.OpenAsync("/a", OpenFlags.Read);
        Needs(FileSystemCapabilities.AtomicReplace);
        await Files.WriteFileAsync("/b", "b");
        (await Files.RenameAsync(P("/b"), P("/a"), RenameMode.Replace, default)).IsSuccess.ShouldBeTrue();
        (await replaced.ReadTextAsync()).ShouldBe("another");
    }

    [Fact]
    public async Task An_open_file_keeps_its_content_when_it_is_renamed()
    {
        await Files.WriteFileAsync("/a", "hello");
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        (await Files.RenameAsync(P("/a"), P("/b"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await file.ReadTextAsync()).ShouldBe("hello");
    }

    [Fact]
    public async Task Identity_tells_names_of_one_file_from_another()
    {
        await Files.WriteFileAsync("/a", "a");
        await Files.WriteFileAsync("/b", "b");
        FileIdentity first = (await Files.GetAttributesAsync(P("/a"), default)).Value.Identity;
        Assert.SkipUnless(first.IsKnown, "The backend does not tell files apart.");
        (await Files.GetAttributesAsync(P("/b"), default)).Value.Identity.ShouldNotBe(first);
        (await Files.GetLinkAttributesAsync(P("/a"), default)).Value.Identity.ShouldBe(first);
        (await Files.ListAsync("/")).Single(entry => entry.Name == "a").Attributes.Identity.ShouldBe(first);
        await using (IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read))
        {
            (await file.GetAttributesAsync(default)).Value.Identity.ShouldBe(first);
        }

        (await Files.RenameAsync(P("/a"), P("/c"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/c"), default)).Value.Identity.ShouldBe(first);
        Needs(FileSystemCapabilities.HardLinks);
        (await Files.CreateHardLinkAsync(P("/c"), P("/d"), default)).IsSuccess.ShouldBeTrue();
        (await Files.GetAttributesAsync(P("/d"), default)).Value.Identity.ShouldBe(first);
    }

    [Fact]
    public async Task A_raw_descriptor_is_there_where_it_is_promised_and_nowhere_else()
    {
        await using IFileHandle file = await Files.OpenAsync("/a", WriteNew);
        bool isPromised = Files.Capabilities.HasFlag(FileSystemCapabilities.RawDescriptor);
        (file.RawDescriptor is not null).ShouldBe(isPromised);
        (file.RawDescriptor?.IsInvalid ?? false).ShouldBeFalse();
    }

    [Fact]
    public async Task Owners_are_kept()
    {
        Needs(FileSystemCapabilities.Owners);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only a privileged user can give files away.");
        await Files.WriteFileAsync("/a", "");
        (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { UserId = 1234, GroupId = 5678 }, default)).IsSuccess.ShouldBeTrue();
        EntryAttributes attributes = (await Files.GetAttributesAsync(P("/a"), default)).Value;
        (attributes.UserId, attributes.GroupId).ShouldBe((1234u, 5678u));
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Read);
        (await file.SetAttributesAsync(new AttributeChanges { UserId = 1, GroupId = 2 }, default)).IsSuccess.ShouldBeTrue();
        attributes = (await file.GetAttributesAsync(default)).Value;
        (attributes.UserId, attributes.GroupId).ShouldBe((1u, 2u));
    }

    [Fact]
    public async Task Writing_changes_the_modification_time_and_reading_does_not()
    {
        Needs(FileSystemCapabilities.Times | FileSystemCapabilities.RangeWrites);
        var time = new FileTime(1_000_000);
        await Files.WriteFileAsync("/a", "hello");
        await SetAsync();
        (await Files.ReadFileAsync("/a")).ShouldBe("hello");
        (await Files.GetAttributesAsync(P("/a"), default)).Value.ModificationTime.ShouldBe(time);
        await using IFileHandle file = await Files.OpenAsync("/a", OpenFlags.Write);
        (await file.WriteAsync(0, "x")).Value.ShouldBe(1);
        (await file.GetAttributesAsync(default)).Value.ModificationTime.ShouldNotBe(time);
        await SetAsync();
        (await file.SetAttributesAsync(new AttributeChanges { Size = 1 }, default)).IsSuccess.ShouldBeTrue();
        (await file.GetAttributesAsync(default)).Value.ModificationTime.ShouldNotBe(time);

        async Task SetAsync() =>
            (await Files.SetAttributesAsync(P("/a"), new AttributeChanges { ModificationTime = time }, default)).IsSuccess.ShouldBeTrue();
    }
}
