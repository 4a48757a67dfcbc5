using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>What is left of an upload whose client is killed, by <c>storage.upload_mode</c>.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class UploadModeTests
{
    private const long Size = 8 << 20;

    [Theory]
    [InlineData("standard")]
    [InlineData("atomic")]
    [InlineData("atomic_with_resume")]
    public async Task A_killed_client_leaves_what_the_mode_says(string mode)
    {
        Require.NotReference("it has no upload modes.");
        Require.Tool("sftp");
        await using HpcServerProcess server = await PolicyServer.StartAsync($"storage.upload_mode={mode}");
        using ClientSession session = await PolicyServer.OpenAsync(server);
        string home = session.User.Home;
        string file = PolicyServer.LocalFile(session, "file", Size);
        await File.WriteAllTextAsync(Path.Combine(home, "old"), "old content");
        var fresh = new UploadUnderWay(session, file, "/new", kilobits: 8000);
        var over = new UploadUnderWay(session, file, "/old", kilobits: 8000);

        await PolicyServer.UntilAsync(() => Directory.EnumerateFiles(home).Count(path => new FileInfo(path).Length > 300_000) == 2, "both uploads are under way");
        string[] meanwhile = [.. Directory.EnumerateFiles(home).Select(path => Path.GetFileName(path)!)];
        string listed = await PolicyServer.TrySftpAsync(session, "ls -1a /\nls -la /");
        await fresh.KillAsync();
        await over.KillAsync();

        listed.ShouldNotContain(".hpc-upload");
        meanwhile.Count(name => name.StartsWith(".hpc-upload.", StringComparison.Ordinal)).ShouldBe(mode == "standard" ? 0 : 2);
        string[] hidden = [.. meanwhile.Where(name => name.StartsWith(".hpc-upload.", StringComparison.Ordinal))];
        foreach (string name in hidden)
        {
            string refused = await PolicyServer.TrySftpAsync(session, $"get {name}\nls -l {name}\nrm {name}\nrename {name} stolen\nput {file} {name}");
            refused.ShouldNotContain("100%");
            File.Exists(Path.Combine(home, "stolen")).ShouldBeFalse();
        }

        await PolicyServer.UntilAsync(() => !Directory.EnumerateFiles(home, ".hpc-upload.*").Any(), "no temporary is left");
        if (mode == "atomic")
        {
            File.Exists(Path.Combine(home, "new")).ShouldBeFalse();
            (await File.ReadAllTextAsync(Path.Combine(home, "old"))).ShouldBe("old content");
            return;
        }

        await PolicyServer.UntilAsync(() => File.Exists(Path.Combine(home, "new")), "what came has the name");
        new FileInfo(Path.Combine(home, "new")).Length.ShouldBeInRange(1, Size - 1);
        await session.SftpAsync($"reput {file} /new\n");
        FileTree.Checksum(Path.Combine(home, "new")).ShouldBe(FileTree.Checksum(file));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("atomic")]
    public async Task Two_writers_of_one_name_end_with_one_of_the_files_or_both_in_one(string mode)
    {
        Require.NotReference("it has no upload modes.");
        await using HpcServerProcess server = await PolicyServer.StartAsync($"storage.upload_mode={mode}");
        using ClientSession session = await PolicyServer.OpenAsync(server, "--quota-size", "64MiB");
        string[] files = [PolicyServer.LocalFile(session, "first", 2 << 20, seed: 1), PolicyServer.LocalFile(session, "second", 2 << 20, seed: 2)];

        await Task.WhenAll(files.Select(file => session.SftpAsync($"put {file} /name\n", "-l", "16000")));

        string[] sums = [.. files.Select(FileTree.Checksum)];
        if (mode == "atomic")
        {
            FileTree.Checksum(Path.Combine(session.User.Home, "name")).ShouldBeOneOf(sums);
        }

        new FileInfo(Path.Combine(session.User.Home, "name")).Length.ShouldBe(2 << 20);
        (await PolicyServer.ScanAsync(server, "user", session.User.Name)).ShouldBe(new UsageFigures(1, 2 << 20, 1, 2 << 20));
    }
}
