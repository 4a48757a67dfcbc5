using System.Runtime.Versioning;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage;
using Hpc.Storage.Local;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>What a peer is sent, over a directory of this machine and over files in memory.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScpSourceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("hpc-scp-").FullName;
    private readonly LocalFileSystem _files;

    public ScpSourceTests() => _files = LocalFileSystem.Open(_root);

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task A_file_is_sent_as_its_answers_come()
    {
        Make("a b", "hello");
        using var transfer = new ScpTransfer("scp -p -f 'a b'", _files);
        transfer.Output.ShouldBeEmpty();
        string expected = "T981173106 0 981173106 0\n";
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Output == expected);
        transfer.Channel.Deliver([0]);
        expected += "C0640 5 a b\n";
        await transfer.Channel.WaitForAsync(() => transfer.Output == expected);
        transfer.Channel.Deliver([0]);
        expected += "hello\0";
        await transfer.Channel.WaitForAsync(() => transfer.Output == expected);
        transfer.Channel.Deliver([0]);
        (await transfer.EndAsync()).ShouldBe(0u);
        transfer.Grant.Meter.BytesSent.ShouldBe(5);
    }

    [Fact]
    public async Task A_tree_is_sent_with_its_directories()
    {
        Make("t/sub/x", "X");
        Directory.CreateDirectory(Path.Combine(_root, "t/sub/empty"));
        (string output, uint status) = await RunAsync("scp -r -f t");
        status.ShouldBe(0u);
        output.ShouldBeOneOf(
            "D0755 0 t\nD0755 0 sub\nC0640 1 x\nX\0D0755 0 empty\nE\nE\nE\n",
            "D0755 0 t\nD0755 0 sub\nD0755 0 empty\nE\nC0640 1 x\nX\0E\nE\n");
    }

    [Fact]
    public async Task The_root_is_called_as_the_user()
    {
        Make("x", "X");
        foreach (string path in new[] { ".", "/", "~", "../..", "/.", "~/" })
        {
            (await RunAsync($"scp -r -f {path}")).Output.ShouldEndWith(" 0 ann\nC0640 1 x\nX\0E\n");
        }
    }

    [Theory]
    [InlineData("scp -f none", "scp: none: No such file or directory\n")]
    [InlineData("scp -f dir", "scp: dir: not a regular file\n")]
    [InlineData("scp -f ../../etc/passwd", "scp: ../../etc/passwd: No such file or directory\n")]
    [InlineData("scp -f out", "scp: out: Permission denied\n")]
    [InlineData("scp -f '*.txt'", "scp: *.txt: no file has this name, and wildcards are not expanded here; use SFTP or -r\n")]
    [InlineData("scp -f *.txt", "scp: *.txt: no file has this name, and wildcards are not expanded here; use SFTP or -r\n")]
    [InlineData("scp -r -f 'line\nfeed'", "scp: line?feed: this name cannot be sent by SCP; use SFTP\n")]
    public async Task What_cannot_be_sent_is_a_warning(string line, string warning)
    {
        Directory.CreateDirectory(Path.Combine(_root, "dir"));
        File.CreateSymbolicLink(Path.Combine(_root, "out"), "/etc/passwd");
        (string output, uint status) = await RunAsync(line);
        output.ShouldBe("\u0001" + warning);
        status.ShouldBe(1u);
    }

    [Fact]
    public async Task A_name_with_wildcards_that_exists_is_sent()
    {
        Make("*.txt", "literal");
        (await RunAsync("scp -f *.txt")).ShouldBe(("C0640 7 *.txt\nliteral\0", 0u));
    }

    [Fact]
    public async Task Links_are_followed_but_never_in_a_circle()
    {
        Make("t/x", "X");
        File.CreateSymbolicLink(Path.Combine(_root, "t/y"), "x");
        File.CreateSymbolicLink(Path.Combine(_root, "t/up"), ".");
        File.CreateSymbolicLink(Path.Combine(_root, "t/root"), "..");
        (string output, uint status) = await RunAsync("scp -r -f t");
        status.ShouldBe(1u);
        output.ShouldContain("C0640 1 x\nX\0");
        output.ShouldContain("C0640 1 y\nX\0");
        output.ShouldContain("\u0001scp: up: Too many symbolic links");
        output.ShouldContain("\u0001scp: root: Too many symbolic links");
        output.ShouldEndWith("E\n");
    }

    [Fact]
    public async Task A_peer_that_refuses_a_file_gets_the_next()
    {
        Make("a", "A");
        Make("b", "B");
        using var transfer = new ScpTransfer("scp -f a b", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("\0\u0001no room\n\0\0"))).ShouldBe(1u);
        transfer.Output.ShouldBe("C0640 1 a\nC0640 1 b\nB\0");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0")]
    [InlineData("\u0002over\n")]
    [InlineData("what\n")]
    [InlineData("\0\0")]
    [InlineData("\0\0x")]
    public async Task A_peer_that_ends_or_talks_nonsense_ends_the_transfer(string input)
    {
        Make("a", "A");
        using var transfer = new ScpTransfer("scp -f a", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes(input))).ShouldBe(1u);
        transfer.Output.ShouldContain("\u0002scp: ");
    }

    [Theory]
    [InlineData(0, 0, 32768, long.MaxValue)]
    [InlineData(100, 0, 32768, long.MaxValue)]
    [InlineData(40, 60, 32768, 5_001)]
    [InlineData(40, 60, 1024, 700)]
    [InlineData(0, 0, 1, 64)]
    public async Task Content_goes_out_whatever_storage_and_window_are_like(int notNow, int shortReads, int slot, long window)
    {
        int length = slot == 1 ? 3000 : 1_000_001;
        byte[] content = new byte[length];
        new Random(2).NextBytes(content);
        var files = new MemoryFiles(new Behaviour(5) { NotNow = notNow, Short = shortReads });
        files.Files["/f"] = new MemoryFile { Content = content };
        using var transfer = new ScpTransfer("scp -f f", files);
        transfer.Channel.SlotPayload = slot;
        transfer.Channel.Window = window;
        transfer.Channel.RefillWindow = window == long.MaxValue ? 0 : window;
        (await transfer.RunAsync(new byte[3])).ShouldBe(0u);
        byte[] header = ScpTransfer.Bytes($"C0644 {length} f\n");
        transfer.Channel.Output!.ToArray().AsSpan().SequenceEqual((byte[])[.. header, .. content, 0]).ShouldBeTrue();
        transfer.Grant.Meter.BytesSent.ShouldBe(length);
        files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_is_cut_meanwhile_is_filled_up_and_the_error_told()
    {
        var files = new MemoryFiles(new Behaviour(5));
        var file = new MemoryFile { Content = new byte[10_000] };
        files.Files["/f"] = file;
        using var transfer = new ScpTransfer("scp -f f", files);
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Output == "C0644 10000 f\n");
        file.Content = "abc"u8.ToArray();
        transfer.Channel.Deliver([0, 0]);
        (await transfer.EndAsync()).ShouldBe(1u);
        transfer.Output.ShouldBe("C0644 10000 f\nabc" + new string('\0', 9_997) + "\u0001scp: f: Input/output error of the storage\n");
    }

    [Fact]
    public async Task A_file_that_grows_meanwhile_is_sent_as_announced()
    {
        var files = new MemoryFiles(new Behaviour(5));
        var file = new MemoryFile { Content = "abc"u8.ToArray() };
        files.Files["/f"] = file;
        using var transfer = new ScpTransfer("scp -f f", files);
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Output == "C0644 3 f\n");
        file.Content = "abcdef"u8.ToArray();
        transfer.Channel.Deliver([0, 0]);
        (await transfer.EndAsync()).ShouldBe(0u);
        transfer.Output.ShouldBe("C0644 3 f\nabc\0");
    }

    [Fact]
    public async Task A_peer_that_does_not_read_costs_no_more_than_a_block()
    {
        var files = new MemoryFiles(new Behaviour(5) { NotNow = 100 });
        files.Files["/f"] = new MemoryFile { Content = new byte[4 << 20] };
        using var transfer = new ScpTransfer("scp -f f", files);
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Output.Length > 0);
        transfer.Channel.Window = 1000;
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Channel.Window == 0);
        transfer.Pool.Budget.Rented.ShouldBeLessThanOrEqualTo(Hpc.Transport.Buffers.BlockPool.Large);
        transfer.Channel.Backlog.ShouldBe(0);
        await transfer.CloseAsync();
        files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_session_that_ends_ends_the_transfer()
    {
        Make("f", "F");
        using var transfer = new ScpTransfer("scp -r -f .", _files);
        transfer.Channel.Deliver([0]);
        await transfer.Channel.WaitForAsync(() => transfer.Output.Length > 0);
        transfer.Grant.End();
        transfer.Channel.Deliver([0]);
        await transfer.CloseAsync();
    }

    private async Task<(string Output, uint Status)> RunAsync(string line)
    {
        using var transfer = new ScpTransfer(line, _files);
        uint status = await transfer.RunAsync(new byte[200]);
        return (transfer.Output, status);
    }

    private void Make(string name, string content)
    {
        string path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetLastAccessTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        Directory.SetLastWriteTimeUtc(_root, DateTime.UnixEpoch);
    }
}
