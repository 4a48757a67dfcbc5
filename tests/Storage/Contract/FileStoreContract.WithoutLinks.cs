using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Contract;

public abstract partial class FileStoreContract
{
    [Fact]
    public void Without_links_is_always_the_same()
    {
        Files.WithoutLinks.ShouldBeSameAs(Files.WithoutLinks);
        Files.WithoutLinks.WithoutLinks.ShouldBeSameAs(Files.WithoutLinks);
        Files.WithoutLinks.Capabilities.ShouldBe(Files.Capabilities);
    }

    [Fact]
    public async Task Without_links_what_has_none_works_as_ever()
    {
        IFileSystem plain = Files.WithoutLinks;
        (await plain.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        (await plain.CreateDirectoryAsync(P("/d/e"), null, default)).IsSuccess.ShouldBeTrue();
        await plain.WriteFileAsync("/d/e/f", "hello");
        (await plain.ReadFileAsync("/d/e/f")).ShouldBe("hello");
        (await Files.ReadFileAsync("/d/e/f")).ShouldBe("hello");
        (await plain.GetAttributesAsync(P("/"), default)).Value.Type.ShouldBe(EntryType.Directory);
        (await plain.GetAttributesAsync(P("/d/e/f"), default)).Value.Size.ShouldBe(5);
        (await plain.GetAttributesAsync(P("/d/none"), default).ErrorAsync()).ShouldBe(StorageError.NotFound);
        (await plain.GetAttributesAsync(P("/d/e/f/g"), default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
        (await plain.OpenFileAsync(P("/d"), OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.IsDirectory);
        (await plain.OpenFileAsync(P("/d/e/f"), CreateNew, null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await plain.ListAsync("/d")).Select(entry => entry.Name).ShouldBe(["e"]);
        (await plain.ResolveAsync(P("/d/none/x"), default)).Value.ShouldBe(P("/d/none/x"));
        (await plain.RenameAsync(P("/d/e/f"), P("/g"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await plain.DeleteFileAsync(P("/g"), default)).IsSuccess.ShouldBeTrue();
        (await plain.DeleteDirectoryAsync(P("/d/e"), default)).IsSuccess.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/l/f")]
    [InlineData("/l/e/f")]
    [InlineData("/l/none")]
    [InlineData("/up/d/f")]
    [InlineData("/loop/f")]
    [InlineData("/gone/f")]
    public async Task Without_links_one_on_the_way_is_refused_by_every_operation(string name)
    {
        IFileSystem plain = await MakeLinksAsync();
        VirtualPath path = P(name);
        var change = new AttributeChanges { ModificationTime = new FileTime(1) };
        (await plain.OpenFileAsync(path, OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenFileAsync(path, WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenFileAsync(path, CreateNew, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.GetAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.GetLinkAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.SetAttributesAsync(path, change, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.SetAttributesAsync(path, new AttributeChanges { Size = 0 }, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.SetLinkAttributesAsync(path, change, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.CreateDirectoryAsync(path, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.DeleteDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.DeleteFileAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.RenameAsync(path, P("/stolen"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.RenameAsync(P("/d/f"), path, RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.RenameToAsync(path, plain, P("/stolen"), RenameMode.Replace, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.CreateSymbolicLinkAsync(path, "f", default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.ReadSymbolicLinkAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.CreateHardLinkAsync(path, P("/stolen"), default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.CreateHardLinkAsync(P("/d/f"), path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.GetSpaceAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.ResolveAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await Files.ReadFileAsync("/d/f")).ShouldBe("f");
        (await Files.ReadFileAsync("/d/e/f")).ShouldBe("e");
    }

    [Theory]
    [InlineData("/lf")]
    [InlineData("/l")]
    [InlineData("/up")]
    [InlineData("/loop")]
    [InlineData("/gone")]
    public async Task Without_links_one_at_the_end_is_a_name_and_nothing_more(string name)
    {
        IFileSystem plain = await MakeLinksAsync();
        VirtualPath path = P(name);
        var change = new AttributeChanges { ModificationTime = new FileTime(1) };
        (await plain.OpenFileAsync(path, OpenFlags.Read, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenFileAsync(path, WriteNew, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenFileAsync(path, OpenFlags.Write | OpenFlags.Create, null, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.OpenFileAsync(path, CreateNew, null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await plain.OpenDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.GetAttributesAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.SetAttributesAsync(path, change, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.SetAttributesAsync(path, new AttributeChanges { Size = 0 }, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.GetSpaceAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.ResolveAsync(path, default).ErrorAsync()).ShouldBe(StorageError.LinkLoop);
        (await plain.CreateDirectoryAsync(path, null, default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await plain.CreateSymbolicLinkAsync(path, "x", default).ErrorAsync()).ShouldBe(StorageError.AlreadyExists);
        (await plain.DeleteDirectoryAsync(path, default).ErrorAsync()).ShouldBe(StorageError.NotDirectory);
        (await plain.CreateHardLinkAsync(path, P("/stolen"), default).ErrorAsync()).ShouldBe(StorageError.InvalidArgument);

        (await plain.GetLinkAttributesAsync(path, default)).Value.Type.ShouldBe(EntryType.SymbolicLink);
        (await plain.ReadSymbolicLinkAsync(path, default)).IsSuccess.ShouldBeTrue();
        (await plain.SetLinkAttributesAsync(path, change, default)).IsSuccess.ShouldBeTrue();
        (await plain.RenameAsync(path, P("/renamed"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
        (await plain.DeleteFileAsync(P("/renamed"), default)).IsSuccess.ShouldBeTrue();
        (await Files.ReadFileAsync("/d/f")).ShouldBe("f");
    }

    [Fact]
    public async Task Without_links_a_directory_that_becomes_one_leads_nowhere_else()
    {
        Needs(FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.DirectoryRename);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.CreateDirectoryAsync(P("/other"), null, default);
        await Files.WriteFileAsync("/d/f", "inside");
        await Files.WriteFileAsync("/other/f", "other");

        // One side swaps the directory for a link and back; it ends when the other has tried often enough.
        using var done = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task swapping = Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    (await Files.RenameAsync(P("/d"), P("/aside"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
                    (await Files.CreateSymbolicLinkAsync(P("/d"), "other", default)).IsSuccess.ShouldBeTrue();
                    (await Files.DeleteFileAsync(P("/d"), default)).IsSuccess.ShouldBeTrue();
                    (await Files.RenameAsync(P("/aside"), P("/d"), RenameMode.NoReplace, default)).IsSuccess.ShouldBeTrue();
                    begun.TrySetResult();
                }
            },
            TestContext.Current.CancellationToken);

        IFileSystem plain = Files.WithoutLinks;
        await Task.WhenAny(begun.Task, swapping);
        try
        {
            for (int i = 0; i < 2000; i++)
            {
                StorageResult<IFileHandle> opened = await plain.OpenFileAsync(P("/d/f"), OpenFlags.Read, null, default);
                if (opened.IsSuccess)
                {
                    await using IFileHandle file = opened.Value;
                    (await file.ReadTextAsync()).ShouldBe("inside");
                }
                else
                {
                    opened.Error.ShouldBeOneOf(StorageError.NotFound, StorageError.LinkLoop, StorageError.Busy);
                }

                StorageResult<IFileHandle> created = await plain.OpenFileAsync(P($"/d/new{i % 10}"), WriteNew, null, default);
                if (created.IsSuccess)
                {
                    await created.Value.DisposeAsync();
                }

                await plain.DeleteFileAsync(P("/d/f2"), default);
                await plain.RenameAsync(P($"/d/new{i % 10}"), P("/d/f2"), RenameMode.Replace, default);
                await plain.SetAttributesAsync(P("/d/f"), new AttributeChanges { Size = 6 }, default);
            }
        }
        finally
        {
            await done.CancelAsync();
            await swapping;
        }

        (await Files.ListAsync("/other")).Select(entry => entry.Name).ShouldBe(["f"]);
        (await Files.ReadFileAsync("/other/f")).ShouldBe("other");
    }

    private async Task<IFileSystem> MakeLinksAsync()
    {
        Needs(FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.Times | FileSystemCapabilities.RangeWrites | FileSystemCapabilities.HardLinks);
        await Files.CreateDirectoryAsync(P("/d"), null, default);
        await Files.CreateDirectoryAsync(P("/d/e"), null, default);
        await Files.WriteFileAsync("/d/f", "f");
        await Files.WriteFileAsync("/d/e/f", "e");
        foreach ((string link, string target) in ((string, string)[])[("/l", "d"), ("/lf", "d/f"), ("/up", "/"), ("/loop", "loop"), ("/gone", "nothing")])
        {
            (await Files.CreateSymbolicLinkAsync(P(link), target, default)).IsSuccess.ShouldBeTrue();
        }

        return Files.WithoutLinks;
    }
}
