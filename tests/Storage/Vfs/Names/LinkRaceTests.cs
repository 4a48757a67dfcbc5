using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Names that are swapped while another session uses them: what is not allowed is never reached in between.</summary>
public sealed class LinkRaceTests
{
    private const int Tries = 20_000;

    [Fact]
    public async Task A_link_that_is_swapped_while_it_is_used_leads_nowhere_that_is_not_allowed()
    {
        using UserTree tree = new UserTree(isLocal: true, "/m").Permit("/secret", "upload").Hide("/", "*.hid");
        IFileSystem root = tree.Of("/");
        foreach (string directory in (string[])["/pub", "/pub/real", "/secret", "/dir.hid", "/m"])
        {
            await root.MakeAsync(directory);
        }

        foreach (string directory in (string[])["/secret", "/dir.hid", "/m"])
        {
            await root.WriteFileAsync(directory + "/f", "forbidden");
        }

        await root.WriteFileAsync("/pub/real/f", "allowed");
        string[] others = ["../secret", "../dir.hid", "../m", "real"];
        for (int i = 0; i < others.Length; i++)
        {
            await root.LinkAsync($"/pub/l{i}", others[i]);
        }

        using UserFileSystem files = tree.Open();
        using var stopping = new CancellationTokenSource();
        string real = tree.Real("/");
        Task swapping = Task.Factory.StartNew(() => Swap(real, others.Length, stopping.Token), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        int reached = 0;
        for (int i = 0; i < Tries; i++)
        {
            StorageResult<IFileHandle> opened = await files.OpenFileAsync(P("/pub/real/f"), OpenFlags.Read, null, default);
            if (opened.IsSuccess)
            {
                (await opened.Value.ReadTextAsync()).ShouldBe("allowed");
                await opened.Value.CloseAsync();
                reached++;
            }
            else
            {
                opened.Error.ShouldBeOneOf(StorageError.AccessDenied, StorageError.NotFound);
            }

            if (i % 16 == 0)
            {
                StorageResult<EntryAttributes> seen = await files.GetAttributesAsync(P("/pub/real/f"), default);
                (seen.IsSuccess ? seen.Value.Size : 7).ShouldBe(7);
                _ = await files.MakeAsync("/pub/real/made");
                _ = await files.RemoveAsync("/pub/real/none");
            }
        }

        await stopping.CancelAsync();
        await swapping;
        reached.ShouldBeGreaterThan(0);
        foreach (string directory in (string[])["/secret", "/dir.hid", "/m"])
        {
            (await root.NamesAsync(directory)).ShouldBe("f");
        }
    }

    [Fact]
    public async Task A_file_that_is_swapped_for_a_link_while_it_is_written_is_never_written_through_it()
    {
        using UserTree tree = new UserTree(isLocal: true).Permit("/secret", "list", "upload", "rename", "delete", "create_symlinks").Hide("/", "*.hid");
        IFileSystem root = tree.Of("/");
        await root.MakeAsync("/pub");
        await root.MakeAsync("/secret");
        await root.WriteFileAsync("/secret/f", "forbidden");
        await root.WriteFileAsync("/x.hid", "forbidden");
        await root.WriteFileAsync("/pub/real", "mine");
        await root.LinkAsync("/pub/l0", "../secret/f");
        await root.LinkAsync("/pub/l1", "../x.hid");

        using UserFileSystem files = tree.Open();
        using var stopping = new CancellationTokenSource();
        string real = tree.Real("/");
        Task swapping = Task.Factory.StartNew(() => Swap(real, 2, stopping.Token), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        int written = 0;
        for (int i = 0; i < Tries / 4; i++)
        {
            StorageResult<IFileHandle> opened = await files.OpenFileAsync(P("/pub/real"), OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate, null, default);
            if (opened.IsSuccess)
            {
                (await opened.Value.WriteAsync(0, "mine")).IsSuccess.ShouldBeTrue();
                (await opened.Value.CloseAsync()).IsSuccess.ShouldBeTrue();
                written++;
            }

            _ = await files.SetAsync("/pub/real", new AttributeChanges { Size = 4 });
            _ = await files.CopyAsync("/pub/l0", "/pub/copy");
        }

        await stopping.CancelAsync();
        await swapping;
        written.ShouldBeGreaterThan(0);
        (await root.ReadFileAsync("/secret/f")).ShouldBe("forbidden");
        (await root.ReadFileAsync("/x.hid")).ShouldBe("forbidden");
        if ((await root.StatAsync("/pub/copy")) == StorageError.None)
        {
            (await root.ReadFileAsync("/pub/copy")).ShouldNotContain("forbidden");
        }
    }

    // The real one and each link take turns under the name "real".
    private static void Swap(string root, int links, CancellationToken stopping)
    {
        string name = Path.Combine(root, "pub", "real");
        for (int i = 0; !stopping.IsCancellationRequested; i++)
        {
            string link = Path.Combine(root, "pub", $"l{i % links}");
            Native.Exchange(name, link);
            Native.Exchange(name, link);
        }
    }
}
