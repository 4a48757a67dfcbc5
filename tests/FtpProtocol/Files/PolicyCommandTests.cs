using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.TestKit;

namespace Hpc.FtpProtocol.Tests.Files;

/// <summary>Commands on a directory of this machine, as permissions and patterns show it.</summary>
public sealed class PolicyCommandTests : IDisposable, IFileEventSink
{
    private readonly TestDirectory _root = new();
    private readonly List<FileEvent> _events = [];

    void IFileEventSink.Publish(in FileEvent fileEvent)
    {
        lock (_events)
        {
            _events.Add(fileEvent);
        }
    }

    [Fact]
    public async Task What_is_hidden_is_not_there()
    {
        await using FilesRig rig = await StartAsync([("/", ["*"])]);
        File.WriteAllText(Path.Combine(_root.Path, "a.key"), "secret");
        File.WriteAllText(Path.Combine(_root.Path, "a.txt"), "x");

        (await rig.ListAsync("NLST")).Order(StringComparer.Ordinal).ShouldBe(["a.txt", "drop", "none"]);
        (await rig.ListAsync("NLST *")).Order(StringComparer.Ordinal).ShouldBe(["a.txt", "drop", "none"]);
        (await rig.ListAsync("NLST a*")).ShouldBe(["a.txt"]);
        (await rig.SayAsync("STAT /", 212)).ShouldNotContain("a.key");
        (await rig.ListAsync("MLSD")).ShouldNotContain(static line => line.Contains("a.key", StringComparison.Ordinal));
        string missing = await rig.AskAsync("SIZE missing", 550);
        foreach (string command in new[] { "SIZE a.key", "MDTM a.key", "HASH a.key", "XCRC a.key", "MLST a.key", "DELE a.key", "RNFR a.key", "STAT a.key", "SITE CHMOD 600 a.key", "MFMT 20200101000000 a.key" })
        {
            (await rig.AskAsync(command, 550)).ShouldBe(missing, command);
        }

        File.ReadAllText(Path.Combine(_root.Path, "a.key")).ShouldBe("secret");
    }

    [Fact]
    public async Task Who_may_list_only_changes_nothing()
    {
        await using FilesRig rig = await StartAsync([("/", ["list"])]);
        File.WriteAllText(Path.Combine(_root.Path, "a"), "x");

        (await rig.ListAsync("NLST")).Order(StringComparer.Ordinal).ShouldBe(["a", "drop", "none"]);
        foreach (string command in new[]
        {
            "MKD d", "RMD drop", "DELE a", "HASH a", "XMD5 a", "MFMT 20200101000000 a", "MFF UNIX.mode=0600; a", "COMB a b",
            "SITE CHMOD 600 a", "SITE UTIME 20200101000000 a", "SITE SYMLINK a b", "SITE MKDIR d", "SITE RMDIR drop",
        })
        {
            (await rig.AskAsync(command, 550)).ShouldBeOneOf("Permission denied.", "No such file or directory.");
        }

        await rig.SayAsync("RNFR a", 350);
        await rig.SayAsync("RNTO b", 550);
        Directory.GetFileSystemEntries(_root.Path).Length.ShouldBe(3);
    }

    [Fact]
    public async Task What_may_not_be_uploaded_is_refused_before_a_data_connection_is_made()
    {
        await using FilesRig rig = await StartAsync([("/", ["list", "download"]), ("/drop", ["upload"]), ("/none", ["list", "upload"])]);
        File.WriteAllText(Path.Combine(_root.Path, "a"), "x");
        File.WriteAllText(Path.Combine(_root.Path, "none", "b"), "x");
        await rig.SayAsync("EPSV", 229);
        lock (_events)
        {
            _events.Clear();
        }

        string[] commands = ["STOR new", "STOR a", "APPE new", "APPE a", "STOU new", "STOR none/b", "APPE none/b"];
        foreach (string command in commands)
        {
            (await rig.AskAsync(command, 550)).ShouldBe("Permission denied.", command);
        }

        lock (_events)
        {
            _events.ShouldAllBe(static told => told.Kind == FileEventKind.Upload && told.Outcome == StorageError.AccessDenied);
            _events.Count.ShouldBe(commands.Length);
        }

        Directory.GetFiles(_root.Path).Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_may_not_be_listed_gives_no_listing()
    {
        await using FilesRig rig = await StartAsync([("/", ["*"]), ("/drop", ["upload"])]);

        foreach (string command in new[] { "LIST drop", "NLST drop", "MLSD drop", "LIST drop/*", "NLST -a drop" })
        {
            (await rig.RefusedListAsync(command, 550)).ShouldContain("Permission denied.");
        }

        await rig.SayAsync("STAT drop", 550);
        (await rig.ListAsync("NLST")).ShouldContain("drop");
    }

    [Fact]
    public async Task A_listing_is_one_event_and_so_is_a_hash()
    {
        await using FilesRig rig = await StartAsync([("/", ["*"])]);
        File.WriteAllText(Path.Combine(_root.Path, "a"), "x");
        File.CreateSymbolicLink(Path.Combine(_root.Path, "link"), "a");

        (await rig.ListAsync("LIST /")).ShouldContain(static line => line.EndsWith(" link -> a", StringComparison.Ordinal));
        await rig.SayAsync("HASH a", 213);
        await rig.SayAsync("XCRC \"a\" 0 1", 250);
        await rig.SayAsync("PWD", 257);
        lock (_events)
        {
            _events.ConvertAll(static told => told.Kind).ShouldBe([FileEventKind.List, FileEventKind.Hash, FileEventKind.Hash]);
        }
    }

    [Fact]
    public async Task A_link_leads_nowhere_outside()
    {
        await using FilesRig rig = await StartAsync([("/", ["*"])]);
        File.CreateSymbolicLink(Path.Combine(_root.Path, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(_root.Path, "passwd"), "/etc/passwd");

        await rig.SayAsync("CWD out", 550);
        await rig.SayAsync("HASH passwd", 550);
        await rig.SayAsync("SIZE passwd", 550);
        await rig.SayAsync("MLST passwd", 550);
        await rig.RefusedListAsync("MLSD out", 550);
        await rig.SayAsync("SITE SYMLINK ../../../../etc/passwd x", 550);
    }

    public void Dispose() => _root.Dispose();

    private async Task<FilesRig> StartAsync((string Path, string[] Names)[] permissions)
    {
        Directory.CreateDirectory(Path.Combine(_root.Path, "drop"));
        Directory.CreateDirectory(Path.Combine(_root.Path, "none"));
        PermissionSet.TryCreate(permissions[0].Names, permissions[1..].Select(static row => (row.Path, (IReadOnlyList<string>)row.Names)), out PermissionSet allowed, out string error).ShouldBeTrue(error);
        PatternSet.TryCreate([("/", [], ["*.key"], true)], out PatternSet patterns, out error).ShouldBeTrue(error);
        var files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = LocalFileSystem.Open(_root.Path), State = new MountState("") }],
            Permissions = allowed,
            Patterns = patterns,
            Source = new FileEventSource { UserName = "alice", Protocol = "FTP" },
            Events = this,
        });
        return await FilesRig.StartAsync(new FtpServerOptions { Combines = true }, files);
    }
}
