using System.Text.Json;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>What users may store, with clients that try to store more.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class QuotaTests(SharedServer shared)
{
    private const long Megabyte = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_third_file_of_two_is_refused()
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--quota-files", "2");
        string file = PolicyServer.LocalFile(session, "file", 10);
        await session.SftpAsync($"put {file} /one\nput {file} /two\nput {file} /two\n");
        string third = await PolicyServer.TrySftpAsync(session, $"put {file} /three");
        third.ShouldContain("ailure");
        File.Exists(Path.Combine(session.User.Home, "three")).ShouldBeFalse();
        await session.SftpAsync($"rm /one\nput {file} /three\n");
        (await PolicyServer.ScanAsync(Server(), "user", session.User.Name)).ShouldBe(new UsageFigures(2, 20, 2, 20));
    }

    [Fact]
    public async Task An_upload_ends_where_the_quota_does_and_a_scan_finds_what_came_by_another_way()
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--quota-size", "1MiB");
        string big = PolicyServer.LocalFile(session, "big", 3 * Megabyte);
        string small = PolicyServer.LocalFile(session, "small", 100_000);

        ClientResult put = await session.OpenSshAsync("sftp", $"put {big} /big\n", "-b", "-", "server");

        put.ExitCode.ShouldNotBe(0);
        await PolicyServer.UntilAsync(() => !File.Exists(Path.Combine(session.User.Home, "big")), "the part that came is gone");
        (await PolicyServer.ScanAsync(Server(), "user", session.User.Name)).ShouldBe(new UsageFigures(0, 0, 0, 0));
        await session.SftpAsync($"put {small} /small\n");

        FileTree.WriteRandom(Path.Combine(session.User.Home, "brought"), Megabyte - 150_000, 3);
        (await PolicyServer.ScanAsync(Server(), "user", session.User.Name)).ShouldBe(new UsageFigures(1, 100_000, 2, Megabyte - 50_000));
        (await PolicyServer.TrySftpAsync(session, $"put {small} /more")).ShouldContain("ailure");
        File.Exists(Path.Combine(session.User.Home, "more")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("standard", "ordered")]
    [InlineData("standard", "sparse")]
    [InlineData("atomic", "ordered")]
    public async Task Sixteen_uploads_at_once_never_pass_one_limit(string mode, string order)
    {
        await using HpcServerProcess server = await StartAsync(mode);
        using ClientSession session = await PolicyServer.OpenAsync(server, "--quota-size", "4MiB", "--quota-files", "20");
        await Python.RequireAsync(session.Runner, "paramiko");
        using var stop = new CancellationTokenSource();
        Task<(long Files, long Bytes)> most = WatchAsync(session.User.Home, stop.Token);

        ClientResult result = await Python.RunAsync(session, Patience, "policy.py", "parallel", "16", "300000", "4", order);

        await stop.CancelAsync();
        (long files, long bytes) = await most;
        bytes.ShouldBeLessThanOrEqualTo(4 * Megabyte);
        files.ShouldBeLessThanOrEqualTo(20);
        using var said = JsonDocument.Parse(result.Output);
        said.RootElement.GetProperty("refused").GetInt32().ShouldBeGreaterThan(0, result.Output);
        said.RootElement.GetProperty("whole").GetInt32().ShouldBeGreaterThan(0, result.Output);
        await CountsAreRightAsync(server, session);
    }

    [Fact]
    public async Task Clients_that_are_killed_take_nothing_with_them()
    {
        await using HpcServerProcess server = await StartAsync("standard");
        using ClientSession session = await PolicyServer.OpenAsync(server, "--quota-size", "32MiB");
        string file = PolicyServer.LocalFile(session, "file", 4 * Megabyte);
        UploadUnderWay[] uploads = [.. Enumerable.Range(0, 16).Select(number => new UploadUnderWay(session, file, $"/file{number}", kilobits: 8000))];
        await PolicyServer.UntilAsync(() => Directory.EnumerateFiles(session.User.Home).Count(path => new FileInfo(path).Length > 0) >= 12, "twelve uploads are under way");
        foreach (UploadUnderWay upload in uploads)
        {
            await upload.KillAsync();
        }

        await CountsAreRightAsync(server, session);
        (await PolicyServer.CountAsync(session, session.User.Home)).Bytes.ShouldBeLessThanOrEqualTo(32 * Megabyte);
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("atomic")]
    [InlineData("atomic_with_resume")]
    public async Task A_server_that_is_killed_counts_right_after_its_restart(string mode)
    {
        await using HpcServerProcess server = await StartAsync(mode);
        using ClientSession session = await PolicyServer.OpenAsync(server, "--quota-size", "64MiB");
        string whole = PolicyServer.LocalFile(session, "whole", Megabyte);
        string file = PolicyServer.LocalFile(session, "file", 8 * Megabyte, seed: 2);
        await session.SftpAsync($"put {whole} /kept\nput {whole} /replaced\n");
        UploadUnderWay[] uploads =
        [
            .. Enumerable.Range(0, 6).Select(number => new UploadUnderWay(session, file, number == 0 ? "/replaced" : $"/file{number}", kilobits: 8000)),
        ];
        await PolicyServer.UntilAsync(() => Directory.EnumerateFiles(session.User.Home).Count(path => new FileInfo(path).Length is > 200_000 and not Megabyte) >= 5, "uploads are under way");

        await server.KillAsync();
        string[] names = [.. Directory.EnumerateFiles(session.User.Home).Select(path => Path.GetFileName(path)!)];
        foreach (UploadUnderWay upload in uploads)
        {
            await upload.KillAsync();
        }

        if (mode != "standard")
        {
            names.Where(name => !name.StartsWith(".hpc-upload.", StringComparison.Ordinal)).Order().ShouldBe(["kept", "replaced"]);
            FileTree.Checksum(Path.Combine(session.User.Home, "replaced")).ShouldBe(FileTree.Checksum(whole));
        }

        await server.StartAsync();
        using ClientSession again = await ClientSession.CreateAsync(server, session.User, Login.Key);
        await PolicyServer.UntilAsync(
            () => !Directory.EnumerateFiles(session.User.Home).Any(path => Path.GetFileName(path).StartsWith(".hpc-upload.", StringComparison.Ordinal)), "temporaries are gone");
        await CountsAreRightAsync(server, again);
        string listed = await PolicyServer.TrySftpAsync(again, "ls -1a /");
        listed.ShouldNotContain(".hpc-upload");
        FileTree.Checksum(Path.Combine(session.User.Home, "kept")).ShouldBe(FileTree.Checksum(whole));
        switch (mode)
        {
            case "atomic":
                Directory.EnumerateFiles(session.User.Home).Count().ShouldBe(2);
                FileTree.Checksum(Path.Combine(session.User.Home, "replaced")).ShouldBe(FileTree.Checksum(whole));
                break;
            case "atomic_with_resume":
                Directory.EnumerateFiles(session.User.Home, "file*").Count().ShouldBeGreaterThanOrEqualTo(4);
                string partial = Path.GetFileName(Directory.EnumerateFiles(session.User.Home, "file*").First());
                await again.SftpAsync($"reput {file} /{partial}\n");
                FileTree.Checksum(Path.Combine(session.User.Home, partial)).ShouldBe(FileTree.Checksum(file));
                break;
        }
    }

    [Fact]
    public async Task After_a_thousand_operations_a_scan_changes_nothing()
    {
        HpcServerProcess server = Server();
        using var folders = new TestDirectory("folders");
        var folder = await PolicyServer.AddFolderAsync(server, folders.Path);
        using ClientSession session = await PolicyServer.OpenAsync(
            server, "--quota-size", "2MiB", "--quota-files", "40", "--folder", $"{folder.Name}@/mount;quota-size=700KiB");
        await Python.RequireAsync(session.Runner, "paramiko");

        ClientResult result = await Python.RunAsync(session, Patience, "policy.py", "wander", "1000", "1");
        TestContext.Current.TestOutputHelper?.WriteLine(result.Output);

        await CountsAreRightAsync(server, session);
        (long files, long bytes) = await PolicyServer.CountAsync(session, folder.Path);
        (await PolicyServer.ScanAsync(server, "folder", folder.Name)).ShouldBe(new UsageFigures(files, bytes, files, bytes));
        bytes.ShouldBeLessThanOrEqualTo(700 * 1024);
        (await PolicyServer.CountAsync(session, session.User.Home)).Bytes.ShouldBeLessThanOrEqualTo(2 * Megabyte);
    }

    [Fact]
    public async Task Fio_with_sparse_writes_stays_within_the_quota()
    {
        Require.Tool("fio", "sshfs", "fusermount3");
        Require.Fuse();
        await using HpcServerProcess server = await StartAsync("standard");
        using ClientSession session = await PolicyServer.OpenAsync(server, "--quota-size", "16MiB");
        using var stop = new CancellationTokenSource();
        Task<(long Files, long Bytes)> most = WatchAsync(session.User.Home, stop.Token);
        await using (SshfsMount mount = await SshfsMount.OpenAsync(session))
        {
            await session.Runner.RunAsync(
                "fio",
                [
                    "--name=sparse", $"--directory={mount.Path}", "--rw=randwrite", "--bs=4k", "--size=8m", "--io_size=2m", "--numjobs=4",
                    "--ioengine=psync", "--fallocate=none", "--continue_on_error=all", "--end_fsync=1", "--file_append=0", "--overwrite=0",
                ],
                timeout: Patience);
            await mount.UnmountAsync();
        }

        await stop.CancelAsync();
        (await most).Bytes.ShouldBeLessThanOrEqualTo(16 * Megabyte);
        (await most).Bytes.ShouldBeGreaterThan(Megabyte);
        await CountsAreRightAsync(server, session);
    }

    // Sparse holes count as what they could hold: the size that a file shows.
    private static async Task<(long Files, long Bytes)> WatchAsync(string folder, CancellationToken stop)
    {
        (long files, long bytes) = (0, 0);
        while (!stop.IsCancellationRequested)
        {
            long[] sizes = [.. Directory.EnumerateFiles(folder).Select(SizeOf)];
            files = Math.Max(files, sizes.Length);
            bytes = Math.Max(bytes, sizes.Sum());
            await Task.Delay(5, CancellationToken.None);
        }

        return (files, bytes);
    }

    private static long SizeOf(string path)
    {
        var file = new FileInfo(path);
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    /// <summary>Used is what <c>find</c> counts, before a scan and after it.</summary>
    private static async Task CountsAreRightAsync(HpcServerProcess server, ClientSession session)
    {
        UsageFigures? scanned = null;
        (long Files, long Bytes) counted = default;
        await PolicyServer.UntilAsync(
            async () => (await SessionsAsync(server, session)) == 0, "the sessions have ended");
        counted = await PolicyServer.CountAsync(session, session.User.Home);
        scanned = await PolicyServer.ScanAsync(server, "user", session.User.Name);
        scanned.ShouldBe(new UsageFigures(counted.Files, counted.Bytes, counted.Files, counted.Bytes));
    }

    private static async Task<int> SessionsAsync(HpcServerProcess server, ClientSession session)
    {
        ClientResult list = (await server.RunAsync(["sessions", "list", "--json"])).EnsureSuccess();
        return list.Output.Split($"\"{session.User.Name}\"").Length - 1;
    }

    private static Task<HpcServerProcess> StartAsync(string mode)
    {
        Require.NotReference("it has no quotas.");
        Require.Tool("sftp");
        return PolicyServer.StartAsync($"storage.upload_mode={mode}");
    }

    private HpcServerProcess Server()
    {
        Require.NotReference("it has no quotas.");
        Require.Tool("sftp");
        return (HpcServerProcess)shared.Server;
    }
}
