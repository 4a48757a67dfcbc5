using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>Permissions and name filters as clients meet them.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class PermissionTests(SharedServer shared)
{
    // A command in the directory DIR that needs the permission, on what the test has put there.
    [Theory]
    [InlineData("list", "ls DIR")]
    [InlineData("download", "get DIR/file")]
    [InlineData("upload", "put LOCAL DIR/new")]
    [InlineData("overwrite", "put LOCAL DIR/file")]
    [InlineData("delete_files", "rm DIR/file")]
    [InlineData("delete_dirs", "rmdir DIR/empty")]
    [InlineData("rename_files", "rename DIR/file DIR/renamed")]
    [InlineData("rename_dirs", "rename DIR/empty DIR/renamed")]
    [InlineData("create_dirs", "mkdir DIR/made")]
    [InlineData("create_symlinks", "ln -s file DIR/link")]
    [InlineData("chmod", "chmod 600 DIR/file")]
    [InlineData("chown", "chown OWNER DIR/file")]
    [InlineData("copy", "cp DIR/file DIR/copied")]
    public async Task Without_one_permission_one_command_is_denied_there_and_works_elsewhere(string permission, string command)
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--permissions", $"/limited:{AllBut(permission)}");
        Directory.CreateDirectory(Path.Combine(session.User.Home, "free"));
        string local = PolicyServer.LocalFile(session, "local", 10);
        ClientResult version = await session.Runner.RunAsync("sftp", ["-V"]);
        Assert.SkipWhen(permission == "copy" && version.Error.Contains("OpenSSH_8", StringComparison.Ordinal), "This sftp has no cp.");
        foreach (string directory in new[] { "limited", "free" })
        {
            Directory.CreateDirectory(Path.Combine(session.User.Home, directory, "empty"));
            await File.WriteAllTextAsync(Path.Combine(session.User.Home, directory, "file"), "content");
        }

        ClientResult owner = await session.Runner.RunAsync("id", ["-u"]);
        string Command(string directory) => command
            .Replace("DIR", directory, StringComparison.Ordinal)
            .Replace("LOCAL", local, StringComparison.Ordinal)
            .Replace("OWNER", owner.Output.Trim(), StringComparison.Ordinal) + "\n";
        string before = string.Join('\n', FileTree.Describe(Path.Combine(session.User.Home, "limited")));

        string denied = await PolicyServer.TrySftpAsync(session, Command("/limited"));
        await session.SftpAsync(Command("/free"));

        denied.ShouldContain("ermission denied");
        if (permission == "copy")
        {
            // sftp has opened the target before it asks; no byte comes into it.
            string copied = Path.Combine(session.User.Home, "limited", "copied");
            new FileInfo(copied).Length.ShouldBe(0);
            File.Delete(copied);
        }

        string.Join('\n', FileTree.Describe(Path.Combine(session.User.Home, "limited"))).ShouldBe(before);
    }

    [Fact]
    public async Task Without_chtimes_times_stay_there_and_change_elsewhere()
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--permissions", $"/limited:{AllBut("chtimes")}");
        await Python.RequireAsync(session.Runner, "paramiko");
        foreach (string directory in new[] { "limited", "free" })
        {
            Directory.CreateDirectory(Path.Combine(session.User.Home, directory));
            await File.WriteAllTextAsync(Path.Combine(session.User.Home, directory, "file"), "content");
        }

        await Python.RunAsync(session, "policy.py", "times");
        File.GetLastWriteTimeUtc(Path.Combine(session.User.Home, "free", "file")).ShouldBe(DateTime.UnixEpoch.AddSeconds(1_000_000));
        File.GetLastWriteTimeUtc(Path.Combine(session.User.Home, "limited", "file")).ShouldNotBe(DateTime.UnixEpoch.AddSeconds(1_000_000));
    }

    [Fact]
    public async Task A_denied_name_is_listed_and_a_hidden_one_is_not_there()
    {
        using ClientSession session = await PolicyServer.OpenAsync(
            Server(), "--pattern", "/:deny=*.zip", "--pattern", "/hide:deny=*.zip;policy=hide", "--pattern", "/only:allow=*.csv");
        string local = PolicyServer.LocalFile(session, "local.zip", 10);
        foreach (string path in new[] { "old.ZIP", "hide/old.zip", "hide/seen.txt", "only/a.csv", "only/b.txt" })
        {
            string file = Path.Combine(session.User.Home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "content of an archive");
        }

        string denied = await PolicyServer.TrySftpAsync(session, $"put {local} /new.zip\nget /old.ZIP\nrm /old.ZIP\nrename /old.ZIP /old.txt\nput {local} /only/new.txt");
        string shown = await PolicyServer.TrySftpAsync(session, "ls -1 /\nls -1 /only");
        string hidden = await PolicyServer.TrySftpAsync(session, "get /hide/old.zip\nrm /hide/old.zip\nls -l /hide/old.zip\nrename /hide/old.zip /hide/x.txt");
        string hiddenList = await PolicyServer.TrySftpAsync(session, "ls -la /hide");

        Count(denied, "ermission denied").ShouldBe(5, denied);
        shown.ShouldContain("old.ZIP");
        shown.ShouldContain("b.txt");
        hidden.ShouldNotContain("ermission denied");
        Count(hidden, "not found").ShouldBeGreaterThanOrEqualTo(2, hidden);
        hiddenList.ShouldNotContain("old.zip");
        hiddenList.ShouldContain("seen.txt");
        await session.SftpAsync($"put {local} /only/fine.csv\n");
        File.Exists(Path.Combine(session.User.Home, "new.zip")).ShouldBeFalse();
        File.Exists(Path.Combine(session.User.Home, "old.ZIP")).ShouldBeTrue();
        File.Exists(Path.Combine(session.User.Home, "hide", "old.zip")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("scp")]
    [InlineData("rclone")]
    [InlineData("lftp")]
    [InlineData("sshfs")]
    public async Task Other_clients_meet_the_same_refusals(string client)
    {
        HpcServerProcess server = Server();
        Require.Tool(client);
        using ClientSession session = await PolicyServer.OpenAsync(
            server, "--permissions", "/drop:list,upload", "--permissions", "/locked:none", "--pattern", "/:deny=*.secret;policy=hide");
        string local = PolicyServer.LocalFile(session, "local", 1000);
        foreach (string path in new[] { "drop/theirs", "locked/file", "x.secret", "open" })
        {
            string file = Path.Combine(session.User.Home, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "top secret");
        }

        string before = string.Join('\n', FileTree.Describe(session.User.Home));
        Directory.CreateDirectory(session["got"]);
        foreach (string path in new[] { "drop/theirs", "locked/file", "x.secret" })
        {
            await OtherClient.TryAsync(client, session, download: true, path, Path.Combine(session["got"], "content"));
            await OtherClient.TryAsync(client, session, download: false, path, local);
        }

        Directory.EnumerateFiles(session["got"]).Where(file => new FileInfo(file).Length > 0).ShouldBeEmpty();
        string.Join('\n', FileTree.Describe(session.User.Home)).ShouldBe(before);
        (await OtherClient.TryAsync(client, session, download: true, "open", Path.Combine(session["got"], "content"))).ExitCode.ShouldBe(0);
        _ = await OtherClient.TryAsync(client, session, download: false, "drop/new", local);
        FileTree.Checksum(Path.Combine(session.User.Home, "drop", "new")).ShouldBe(FileTree.Checksum(local));
    }

    private static string AllBut(string permission) => string.Join(',', new[]
    {
        "list", "download", "upload", "overwrite", "delete_files", "delete_dirs", "rename_files", "rename_dirs",
        "create_dirs", "create_symlinks", "chmod", "chown", "chtimes", "copy",
    }.Except([permission]));

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private HpcServerProcess Server()
    {
        Require.NotReference("it has no permissions of its own.");
        Require.Tool("sftp");
        return (HpcServerProcess)shared.Server;
    }
}
