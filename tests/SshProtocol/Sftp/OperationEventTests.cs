using System.Runtime.Versioning;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Tests.Scp;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>What a user does is told once: what the protocol looks at on the way is no operation.</summary>
[SupportedOSPlatform("linux")]
public sealed class OperationEventTests : IDisposable, IFileEventSink
{
    private readonly string _root = Directory.CreateTempSubdirectory("hpc-events-").FullName;
    private readonly List<FileEvent> _events = [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    void IFileEventSink.Publish(in FileEvent fileEvent)
    {
        lock (_events)
        {
            _events.Add(fileEvent);
        }
    }

    [Fact]
    public async Task A_listing_by_SFTP_is_one_event()
    {
        Make("d/x", "X");
        using UserFileSystem files = Open();
        using var session = new SftpSession(files);
        session.Start();
        Packet opened = await session.AskAsync(SftpSession.Request(SftpMessageType.OpenDirectory, 1, new SftpFieldWriter().Path("/d")));
        opened.Type.ShouldBe(SftpMessageType.Handle);
        Packet names = await session.AskAsync(SftpSession.Request(SftpMessageType.ReadDirectory, 2, new SftpFieldWriter().Bytes(opened.String)));
        names.Type.ShouldBe(SftpMessageType.Name);
        (await session.AskAsync(SftpSession.Close(3, opened.String))).Status.ShouldBe(SftpStatus.Ok);
        await session.EndAsync();
        Told().ShouldBe(["List /d None"]);
    }

    [Fact]
    public async Task A_tree_that_SCP_sends_is_a_listing_for_each_directory_and_a_download_for_each_file()
    {
        Make("t/sub/x", "X");
        File.CreateSymbolicLink(Path.Combine(_root, "t/ln"), "sub/x");
        using UserFileSystem files = Open();
        using (var transfer = new ScpTransfer("scp -r -p -f t", files))
        {
            (await transfer.RunAsync(new byte[200])).ShouldBe(0u);
        }

        Told().ShouldBe(["Download /t/ln None", "Download /t/sub/x None", "List /t None", "List /t/sub None"]);
    }

    [Theory]
    [InlineData("scp -f dir", "Download /dir IsDirectory")]
    [InlineData("scp -r -f none", "Download /none NotFound")]
    [InlineData("scp -r -f x", "Download /x None")]
    public async Task What_SCP_is_asked_for_and_cannot_send_is_one_event(string line, string told)
    {
        Directory.CreateDirectory(Path.Combine(_root, "dir"));
        Make("x", "X");
        using UserFileSystem files = Open();
        using (var transfer = new ScpTransfer(line, files))
        {
            await transfer.RunAsync(new byte[200]);
        }

        Told().ShouldBe([told]);
    }

    [Fact]
    public async Task A_directory_that_may_not_be_listed_is_one_event_too()
    {
        Make("no/x", "X");
        using UserFileSystem files = Open(("/no", ["download"]));
        using (var transfer = new ScpTransfer("scp -r -f no", files))
        {
            (await transfer.RunAsync(new byte[200])).ShouldBe(1u);
        }

        Told().ShouldBe(["List /no AccessDenied"]);
    }

    [Fact]
    public async Task A_tree_that_SCP_brings_is_an_upload_for_each_file()
    {
        Directory.CreateDirectory(Path.Combine(_root, "in"));
        using UserFileSystem files = Open();
        using (var transfer = new ScpTransfer("scp -r -t in", files))
        {
            (await transfer.RunAsync(ScpTransfer.Bytes("D0755 0 t\nC0644 1 x\nX\0E\n"))).ShouldBe(0u);
        }

        Told().ShouldBe(["CreateDirectory /in/t None", "Upload /in/t/x None"]);
    }

    private string[] Told()
    {
        lock (_events)
        {
            return [.. _events.Select(e => $"{e.Kind} {e.Path} {e.Outcome}").Order(StringComparer.Ordinal)];
        }
    }

    private UserFileSystem Open(params (string, IReadOnlyList<string>)[] directories)
    {
        PermissionSet.TryCreate(["*"], directories, out PermissionSet permissions, out string error).ShouldBeTrue(error);
        return new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = LocalFileSystem.Open(_root), State = new MountState("user:ann") }],
            Permissions = permissions,
            Source = new FileEventSource { UserName = "ann", Protocol = "SFTP" },
            Events = this,
        });
    }

    private void Make(string name, string content)
    {
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
