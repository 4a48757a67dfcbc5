using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Policy;

/// <summary>Virtual folders as clients see them.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FolderTests(SharedServer shared)
{
    private const int HalfMegabyte = 600 * 1024;

    [Fact]
    public async Task Three_folders_are_listed_and_hold_what_is_put_into_them()
    {
        HpcServerProcess server = Server();
        using var folders = new TestDirectory("folders");
        var one = await PolicyServer.AddFolderAsync(server, folders.Path);
        var two = await PolicyServer.AddFolderAsync(server, folders.Path);
        var three = await PolicyServer.AddFolderAsync(server, folders.Path);
        using ClientSession session = await PolicyServer.OpenAsync(
            server, "--folder", $"{one.Name}@/one", "--folder", $"{two.Name}@/deep/two", "--folder", $"{three.Name}@/one/three");
        string file = PolicyServer.LocalFile(session, "file", 10_000);

        string listed = await PolicyServer.TrySftpAsync(session, "ls -1 /\nls -1 /deep\nls -1 /one");
        await session.SftpAsync($"put {file} /home-file\nput {file} /one/first\nput {file} /deep/two/second\nput {file} /one/three/third\nrename /one/first /deep/two/moved\n");

        foreach (string name in new[] { "one", "deep", "/deep/two", "/one/three" })
        {
            listed.ShouldContain(name);
        }

        Names(session.User.Home).ShouldContain("home-file");
        Names(session.User.Home).ShouldNotContain("first");
        Names(one.Path).ShouldNotContain("first");
        Names(two.Path).ShouldBe(["moved", "second"]);
        Names(three.Path).ShouldBe(["third"]);
        FileTree.Checksum(Path.Combine(two.Path, "moved")).ShouldBe(FileTree.Checksum(file));

        string refused = await PolicyServer.TrySftpAsync(session, "rmdir /one/three\nrename /deep /other\nrename /one /uno\nmkdir /one\nrmdir /deep");
        refused.ShouldContain("Permission denied");
        Directory.Exists(three.Path).ShouldBeTrue();
        (await PolicyServer.TrySftpAsync(session, "ls -1 /")).ShouldNotContain("other");
    }

    [Fact]
    public async Task A_folder_of_two_users_is_full_for_the_one_with_a_limit_alone()
    {
        HpcServerProcess server = Server();
        using var folders = new TestDirectory("folders");
        var folder = await PolicyServer.AddFolderAsync(server, folders.Path);
        using ClientSession limited = await PolicyServer.OpenAsync(server, "--folder", $"{folder.Name}@/shared;quota-size=1MiB");
        using ClientSession free = await PolicyServer.OpenAsync(server, "--folder", $"{folder.Name}@/theirs/shared");
        string file = PolicyServer.LocalFile(limited, "file", HalfMegabyte);

        await limited.SftpAsync($"put {file} /shared/a1\n");
        await PolicyServer.TrySftpAsync(limited, $"put {file} /shared/a2");
        foreach (string name in new[] { "b1", "b2", "b3" })
        {
            await free.SftpAsync($"put {file} /theirs/shared/{name}\n");
        }

        string more = await PolicyServer.TrySftpAsync(limited, $"put {file} /shared/a3\nput {file} /not-in-the-folder");

        Names(folder.Path).ShouldBe(["a1", "b1", "b2", "b3"]);
        more.ShouldContain("a3");
        File.Exists(Path.Combine(limited.User.Home, "not-in-the-folder")).ShouldBeTrue();
        UsageFigures counted = await PolicyServer.ScanAsync(server, "folder", folder.Name);
        counted.ShouldBe(new UsageFigures(4, 4 * HalfMegabyte, 4, 4 * HalfMegabyte));
    }

    [Fact]
    public async Task A_session_begins_in_its_start_directory()
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--start-directory", "/desk/in");
        string file = PolicyServer.LocalFile(session, "file", 10);
        (await session.SftpAsync($"pwd\nput {file} relative\n")).Output.ShouldContain("Remote working directory: /desk/in");
        File.Exists(Path.Combine(session.User.Home, "desk", "in", "relative")).ShouldBeTrue();
        (await session.OpenSshAsync("scp", null, "-O", file, "server:by-scp")).EnsureSuccess();
        File.Exists(Path.Combine(session.User.Home, "desk", "in", "by-scp")).ShouldBeTrue();
        (await session.SftpAsync("cd ..\npwd\ncd /\npwd\n")).Output.ShouldContain("Remote working directory: /desk\n");
    }

    [Fact]
    public async Task No_path_and_no_link_leads_out_of_the_home()
    {
        using ClientSession session = await PolicyServer.OpenAsync(Server());
        File.CreateSymbolicLink(Path.Combine(session.User.Home, "planted"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(session.User.Home, "planted-directory"), "/etc");
        string said = await PolicyServer.TrySftpAsync(
            session,
            "cd ../..\npwd\nget /etc/passwd got-1\nget ../../../../etc/passwd got-2\nget planted got-3\nget planted-directory/passwd got-4\nls planted-directory/\n"
            + "ln -s /etc/passwd mine\nget mine got-5\nln -s ../../../../../etc up\nget up/passwd got-6\nput ssh_config planted-directory/hpc-was-here");
        said.ShouldContain("Remote working directory: /\n");
        said.ShouldNotContain("root:");
        said.ShouldNotContain("hostname");
        Directory.EnumerateFiles(session.Runner.Home, "got-*").ShouldBeEmpty();
        File.Exists("/etc/hpc-was-here").ShouldBeFalse();
    }

    [Fact]
    public async Task What_is_created_belongs_to_the_users_numbers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give files away.");
        using ClientSession session = await PolicyServer.OpenAsync(Server(), "--uid", "12345", "--gid", "23456");
        string file = PolicyServer.LocalFile(session, "file", 10);
        await session.SftpAsync($"mkdir made\nput {file} made/put\nln -s made/put link\n");
        (await session.OpenSshAsync("scp", null, "-O", file, "server:by-scp")).EnsureSuccess();
        foreach (string name in new[] { "made", "made/put", "link", "by-scp" })
        {
            ClientResult owner = await session.Runner.RunAsync("stat", ["-c", "%u:%g", Path.Combine(session.User.Home, name)]);
            owner.Output.Trim().ShouldBe("12345:23456", name);
        }
    }

    private static string[] Names(string directory) => [.. Directory.EnumerateFileSystemEntries(directory).Select(path => Path.GetFileName(path)!).Order()];

    private HpcServerProcess Server()
    {
        Require.NotReference("it has no virtual folders.");
        Require.Tool("sftp", "scp");
        return (HpcServerProcess)shared.Server;
    }
}
