using System.Diagnostics;
using Hpc.Storage.Local;
using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Local;

/// <summary>Sessions with the same home hold its directory open together.</summary>
public sealed class SharedRootTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Root => Path.GetFullPath(_directory.Root);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task One_descriptor_serves_all_until_the_last_lets_go()
    {
        LocalFileSystem first = LocalFileSystem.Open(Root);
        LocalFileSystem second = LocalFileSystem.Open(Root, new LocalFileSystemOptions());
        OpenDescriptors(Root).ShouldBe(1);

        first.Dispose();
        first.Dispose();
        OpenDescriptors(Root).ShouldBe(1);
        (await second.GetAttributesAsync(P("/"), default)).IsSuccess.ShouldBeTrue();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await first.GetAttributesAsync(P("/"), default));

        second.Dispose();
        OpenDescriptors(Root).ShouldBe(0);
    }

    [Fact]
    public void Other_options_are_another_root()
    {
        using LocalFileSystem first = LocalFileSystem.Open(Root);
        using LocalFileSystem second = LocalFileSystem.Open(Root, new LocalFileSystemOptions { Umask = 0 });
        OpenDescriptors(Root).ShouldBe(2);
    }

    [Fact]
    public async Task A_directory_that_took_the_place_of_an_open_one_is_what_a_new_session_sees()
    {
        string home = Path.Combine(Root, "home");
        Directory.CreateDirectory(home);
        using LocalFileSystem before = LocalFileSystem.Open(home);
        Directory.Move(home, Path.Combine(Root, "old"));
        Directory.CreateDirectory(home);
        File.WriteAllText(Path.Combine(home, "new"), "");
        using LocalFileSystem after = LocalFileSystem.Open(home);
        (await after.GetAttributesAsync(P("/new"), default)).IsSuccess.ShouldBeTrue();
        (await before.GetAttributesAsync(P("/new"), default)).Error.ShouldBe(StorageError.NotFound);
    }

    [Fact]
    public async Task A_directory_that_was_moved_is_opened_anew_under_its_new_path()
    {
        string home = Path.Combine(Root, "home");
        string moved = Path.Combine(Root, "moved");
        Directory.CreateDirectory(Path.Combine(home, "sub"));
        using LocalFileSystem before = LocalFileSystem.Open(home);
        Directory.Move(home, moved);
        using (LocalFileSystem after = LocalFileSystem.Open(moved))
        {
            // An absolute link into the root leads there by the path that the root has now.
            File.CreateSymbolicLink(Path.Combine(moved, "link"), Path.Combine(moved, "sub"));
            (await after.GetAttributesAsync(P("/link"), default)).Value.Type.ShouldBe(EntryType.Directory);
            OpenDescriptors(moved).ShouldBe(2);
        }

        (await before.GetAttributesAsync(P("/sub"), default)).IsSuccess.ShouldBeTrue();
        OpenDescriptors(moved).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_directory_by_another_mount_is_another_root()
    {
        string home = Path.Combine(Root, "home");
        Directory.CreateDirectory(home);
        using LocalFileSystem before = LocalFileSystem.Open(home);
        Assert.SkipUnless(Mount("--bind", home, home), "This process may not mount.");
        try
        {
            Mount("-o", "remount,bind,ro", home).ShouldBeTrue();
            using LocalFileSystem after = LocalFileSystem.Open(home);
            (await after.CreateDirectoryAsync(P("/d"), null, default)).Error.ShouldBe(StorageError.ReadOnly);
            (await before.CreateDirectoryAsync(P("/d"), null, default)).IsSuccess.ShouldBeTrue();
        }
        finally
        {
            Run("umount", "-l", home).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Many_sessions_come_and_go_at_once()
    {
        await Parallel.ForAsync(0, 2_000, async (_, ct) =>
        {
            using LocalFileSystem files = LocalFileSystem.Open(Root);
            (await files.GetAttributesAsync(P("/"), ct)).IsSuccess.ShouldBeTrue();
        });
        OpenDescriptors(Root).ShouldBe(0);
    }

    private static bool Mount(params string[] arguments) => Run("mount", arguments);

    private static bool Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static int OpenDescriptors(string path) => Directory.GetFiles("/proc/self/fd").Concat(Directory.GetDirectories("/proc/self/fd"))
        .Count(link => new FileInfo(link).LinkTarget == path);
}
