using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Mounts;

/// <summary>Programs that work inside an sshfs mount.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class MountTests(SharedServer shared)
{
    private const int ChurnFiles = 200;

    [Fact]
    public async Task Git_clones_checks_and_commits_inside_the_mount()
    {
        Require.Tool("git");
        using ClientSession session = await OpenAsync();
        string origin = session["origin"];
        Directory.CreateDirectory(origin);
        await GitAsync(session, origin, "init", "-q", "-b", "main");
        for (int number = 0; number < 100; number++)
        {
            FileTree.WriteRandom(Path.Combine(origin, $"folder {number % 7}", $"file-{number}"), number * 500, number);
        }

        await GitAsync(session, origin, "add", ".");
        await GitAsync(session, origin, "commit", "-q", "-m", "first");

        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        string clone = Path.Combine(mount.Path, "clone");
        await GitAsync(session, mount.Path, "clone", "-q", "--no-hardlinks", origin, clone);
        await GitAsync(session, clone, "fsck", "--full", "--strict");
        await File.WriteAllTextAsync(Path.Combine(clone, "added"), "added\n");
        await GitAsync(session, clone, "add", "added");
        await GitAsync(session, clone, "commit", "-q", "-m", "second");
        await GitAsync(session, clone, "gc", "-q");
        await GitAsync(session, clone, "fsck", "--full", "--strict");
        (await GitAsync(session, clone, "status", "--porcelain")).Output.ShouldBeEmpty();
        (await mount.UnmountAsync()).EnsureSuccess();
    }

    [Fact]
    public async Task Small_files_are_made_replaced_linked_and_removed_inside_the_mount()
    {
        using ClientSession session = await OpenAsync();
        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        string script =
            $"""
            set -eu
            mkdir -p src obj
            i=0
            while [ $i -lt {ChurnFiles} ]; do
              echo "source $i" > "src/$i.c"
              cat "src/$i.c" > "obj/$i.o.tmp"
              echo compiled >> "obj/$i.o.tmp"
              mv "obj/$i.o.tmp" "obj/$i.o"
              i=$((i + 1))
            done
            cat obj/*.o > program.new
            mv program.new program
            cat obj/*.o > program.new
            mv -f program.new program
            chmod 755 program
            ln -s program link
            ln program hard
            cmp link hard
            touch -d '2001-02-03 04:05:06 UTC' program
            truncate -s 5 src/0.c
            rm -r obj
            df . > /dev/null
            """;
        (await session.Runner.RunAsync("sh", ["-c", $"cd '{mount.Path}'\n{script}"])).EnsureSuccess();
        (await mount.UnmountAsync()).EnsureSuccess();

        string home = session.User.Home;
        string expected = string.Concat(
            Enumerable.Range(0, ChurnFiles).Select(number => $"{number}").Order(StringComparer.Ordinal)
                .Select(number => $"source {number}\ncompiled\n"));
        string program = await File.ReadAllTextAsync(Path.Combine(home, "program"));
        program.Length.ShouldBe(expected.Length);
        File.GetLastWriteTimeUtc(Path.Combine(home, "program")).ShouldBe(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Directory.Exists(Path.Combine(home, "obj")).ShouldBeFalse();
        Directory.EnumerateFiles(Path.Combine(home, "src")).Count().ShouldBe(ChurnFiles);
        new FileInfo(Path.Combine(home, "src", "0.c")).Length.ShouldBe(5);
        new FileInfo(Path.Combine(home, "link")).LinkTarget.ShouldBe("program");
    }

    [Theory]
    [InlineData("write", "128k")]
    [InlineData("randwrite", "4k")]
    [InlineData("randrw", "16k")]
    public async Task Fio_reads_back_what_it_wrote_inside_the_mount(string pattern, string block)
    {
        Require.Tool("fio");
        using ClientSession session = await OpenAsync();
        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        ClientResult result = await session.Runner.RunAsync(
            "fio",
            [
                "--name=verify", $"--directory={mount.Path}", $"--rw={pattern}", $"--bs={block}", "--size=32m",
                "--ioengine=psync", "--fallocate=none", "--verify=crc32c", "--verify_fatal=1", "--do_verify=1",
                "--end_fsync=1", "--invalidate=0",
            ]);
        result.EnsureSuccess();
        result.Output.ShouldContain("err= 0");
        (await mount.UnmountAsync()).EnsureSuccess();
    }

    private async Task<ClientSession> OpenAsync()
    {
        Require.Tool("sshfs", "fusermount3");
        Require.Fuse();
        return await shared.OpenAsync(Login.Key);
    }

    private static async Task<ClientResult> GitAsync(ClientSession session, string folder, params string[] arguments)
    {
        ClientResult result = await session.Runner.RunAsync(
            "git",
            ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "safe.directory=*", .. arguments]);
        return result.ExitCode == 0 ? result : throw session.Failed(result);
    }
}
