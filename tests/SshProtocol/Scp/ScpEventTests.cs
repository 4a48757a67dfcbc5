using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>What is told of an SCP upload: each thing once, and nothing of what was only tried.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScpEventTests : IFileEventSink, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hpc-scp-").FullName;
    private readonly ConcurrentQueue<FileEvent> _events = new();
    private readonly UserFileSystem _files;

    public ScpEventTests()
    {
        Directory.CreateDirectory(Path.Combine(_root, "up", "sub"));
        Directory.CreateDirectory(Path.Combine(_root, "no"));
        PermissionSet.TryCreate(["*"], [("/up", ["upload"]), ("/up/sub", ["upload"]), ("/no", ["list"])], out PermissionSet permissions, out string error).ShouldBeTrue(error);
        _files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = LocalFileSystem.Open(_root), State = new MountState("") }],
            Permissions = permissions,
            Source = new FileEventSource { UserName = "ann", Protocol = "SCP" },
            Events = this,
        });
    }

    void IFileEventSink.Publish(in FileEvent fileEvent) => _events.Enqueue(fileEvent);

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("scp -t /up/sub", 0, "Upload /up/sub/f None")]
    [InlineData("scp -t /f", 0, "Upload /f None")]
    [InlineData("scp -r -t /a/b/f", 0, "CreateDirectory /a None", "CreateDirectory /a/b None", "Upload /a/b/f None")]
    [InlineData("scp -r -t /f", 0, "Upload /f None")]
    [InlineData("scp -t /a/f", 1, "Upload /a/f NotFound")]
    [InlineData("scp -t /no", 1, "Upload /no/f AccessDenied")]
    [InlineData("scp -r -t /no/a/f", 1, "Upload /no/a/f AccessDenied")]
    [InlineData("scp -r -t /no/f", 1, "Upload /no/f AccessDenied")]
    public async Task A_file_is_one_upload(string line, int status, params string[] told)
    {
        using var transfer = new ScpTransfer(line, _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 3 f\nabc\0"))).ShouldBe((uint)status);
        Told().ShouldBe(told);
    }

    [Theory]
    [InlineData("/new", 0, "CreateDirectory /new None", "Upload /new/f None")]
    [InlineData("/a/b", 0, "CreateDirectory /a None", "CreateDirectory /a/b None", "Upload /a/b/f None")]
    [InlineData("/no/a", 1, "CreateDirectory /no/a AccessDenied")]
    public async Task A_tree_is_told_part_by_part(string target, int status, params string[] told)
    {
        using var transfer = new ScpTransfer("scp -r -t " + target, _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("D0755 0 tree\nC0644 3 f\nabc\0E\n"))).ShouldBe((uint)status);
        Told().Take(told.Length).ShouldBe(told);
    }

    [Fact]
    public async Task A_directory_that_is_there_is_not_told_as_made()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dir", "tree"));
        using var transfer = new ScpTransfer("scp -r -t /dir", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("D0755 0 tree\nC0644 3 f\nabc\0E\n"))).ShouldBe(0u);
        Told().ShouldBe(["Upload /dir/tree/f None"]);
    }

    private string[] Told() => [.. _events.Where(told => told.Kind != FileEventKind.Stat).Select(told => $"{told.Kind} {told.Path} {told.Outcome}")];
}
