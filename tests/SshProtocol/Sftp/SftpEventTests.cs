using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Hpc.SshProtocol.Exec;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>What is told of what clients do to content: downloads, copies and hashes, and the lines of the session.</summary>
[SupportedOSPlatform("linux")]
public sealed class SftpEventTests : IFileEventSink, IDisposable
{
    private const uint Read = 1;
    private const uint WriteCreateTruncate = 2 | 8 | 16;

    private readonly string _root = Directory.CreateTempSubdirectory("hpc-sftp-").FullName;
    private readonly ConcurrentQueue<FileEvent> _events = new();
    private readonly UserFileSystem _files;

    public SftpEventTests()
    {
        File.WriteAllText(Path.Combine(_root, "f"), "abc");
        File.WriteAllText(Path.Combine(_root, "empty"), "");
        _files = new UserFileSystem(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = LocalFileSystem.Open(_root), State = new MountState("") }],
            Permissions = PermissionSet.Full,
            Source = new FileEventSource { UserName = "ann", Protocol = "SFTP" },
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
    [InlineData(3, "Download /f  3 None")]
    [InlineData(2, "Download /f  2 Cancelled")]
    public async Task A_client_that_goes_without_closing_what_it_has_all_of_has_downloaded_it(int length, string told)
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/f", Read);
        (await session.AskAsync(SftpSession.Read(2, handle, 0, length))).Type.ShouldBe(SftpMessageType.Data);
        await session.EndAsync();
        Told().ShouldBe([told]);
    }

    [Theory]
    [InlineData("/f", 3)]
    [InlineData("/empty", 0)]
    public async Task A_copy_by_two_handles_is_one_event(string path, int length)
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] from = await session.OpenAsync(path, Read);
        byte[] to = await session.OpenAsync("/copy", WriteCreateTruncate);
        Packet copied = await session.AskAsync(SftpSession.Request(
            SftpMessageType.Extended, 3, new SftpFieldWriter().Path("copy-data").Bytes(from).UInt64(0).UInt64(0).Bytes(to).UInt64(0)));
        copied.Status.ShouldBe(SftpStatus.Ok);
        (await session.AskAsync(SftpSession.Close(4, from))).Status.ShouldBe(SftpStatus.Ok);
        (await session.AskAsync(SftpSession.Close(5, to))).Status.ShouldBe(SftpStatus.Ok);
        await session.EndAsync();
        Told().ShouldBe([$"Copy {path} /copy {length} None"]);
    }

    [Theory]
    [InlineData("/f", "Hash /f  -1 None")]
    [InlineData("/none", "Hash /none  -1 NotFound")]
    public async Task A_hash_by_name_is_no_download(string path, string told)
    {
        using var session = new SftpSession(_files);
        session.Start();
        await session.AskAsync(SftpSession.Request(
            SftpMessageType.Extended, 1, new SftpFieldWriter().Path("check-file-name").Path(path).Path("md5").UInt64(0).UInt64(0).UInt32(0)));
        await session.EndAsync();
        Told().ShouldBe([told]);
    }

    [Theory]
    [InlineData("md5sum /f", "Hash /f  -1 None")]
    [InlineData("sha256sum /none", "Hash /none  -1 NotFound")]
    public async Task A_hash_by_a_command_is_no_download(string line, string told)
    {
        using var grant = new FakeGrant(_files);
        using FakeChannel channel = FakeChannel.WithOutput();
        var pool = new BlockPool(new BufferBudget(1 << 30));
        ExecProgram? program;
        lock (channel.Turn)
        {
            ExecProgram.TryCreate(System.Text.Encoding.UTF8.GetBytes(line), channel, grant, pool, NullLogger.Instance, out program).ShouldBeTrue();
            channel.Program = program!;
        }

        await channel.WaitForAsync(() => channel.ExitStatus is not null);
        channel.Close();
        await program!.Released.WaitAsync(TimeSpan.FromSeconds(30));
        Told().ShouldBe([told]);
    }

    [Fact]
    public async Task Lines_of_a_session_name_its_connection()
    {
        var logger = new FieldLogger();
        using var session = new SftpSession(_files, logger: logger);
        session.Start();
        await session.EndAsync();
        logger.Fields.ShouldContain(new KeyValuePair<string, object?>("ConnectionId", "c7"));
    }

    private string[] Told() => [.. _events.Select(told => $"{told.Kind} {told.Path} {told.Target} {told.Size} {told.Outcome}")];

    private sealed class FieldLogger : ILogger
    {
        public List<KeyValuePair<string, object?>> Fields { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Fields.AddRange((IEnumerable<KeyValuePair<string, object?>>)state!);
    }
}
