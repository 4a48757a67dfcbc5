using System.Runtime.Versioning;
using Hpc.SshProtocol.Scp;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>What a peer sends, over a directory of this machine and over files in memory.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScpSinkTests : IDisposable
{
    private const string TreeOfPeer = "T981173106 0 981173107 0\nD0755 0 tree\nC0640 3 a\nabc\0D0700 0 sub\nC0644 0 empty\n\0E\nC0600 2 z\nzz\0E\n";

    private readonly string _outside = Directory.CreateTempSubdirectory("hpc-scp-").FullName;
    private readonly string _root;
    private readonly LocalFileSystem _files;

    public ScpSinkTests()
    {
        _root = Directory.CreateDirectory(Path.Combine(_outside, "root")).FullName;
        _files = LocalFileSystem.Open(_root);
    }

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_outside, recursive: true);
    }

    [Fact]
    public async Task A_file_is_acknowledged_record_by_record()
    {
        using var transfer = new ScpTransfer("scp -t name", _files);
        await transfer.Channel.WaitForAsync(() => transfer.Output == "\0");
        transfer.Channel.Deliver(ScpTransfer.Bytes("C0640 5 other\n"));
        await transfer.Channel.WaitForAsync(() => transfer.Output == "\0\0");
        transfer.Grant.Meter.Transfers.ShouldNotBeNull();
        transfer.Channel.Deliver(ScpTransfer.Bytes("hello\0"));
        await transfer.Channel.WaitForAsync(() => transfer.Output == "\0\0\0");
        transfer.Channel.SendEof();
        (await transfer.EndAsync()).ShouldBe(0u);
        Read("name").ShouldBe("hello");
        transfer.Grant.Meter.BytesReceived.ShouldBe(5);
        Mode("name").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    [Fact]
    public async Task A_tree_arrives_whatever_the_parts_it_comes_in()
    {
        for (int part = 1; part <= TreeOfPeer.Length; part++)
        {
            using var transfer = new ScpTransfer($"scp -r -p -t /new{part}", _files);
            (await transfer.RunAsync(ScpTransfer.Bytes(TreeOfPeer), part)).ShouldBe(0u);
            transfer.Output.ShouldBe(new string('\0', 12));
            Read($"new{part}/a").ShouldBe("abc");
            Read($"new{part}/sub/empty").ShouldBe("");
            Read($"new{part}/z").ShouldBe("zz");
            Directory.GetLastWriteTimeUtc(Path.Combine(_root, $"new{part}")).ShouldBe(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }
    }

    [Fact]
    public async Task An_input_in_two_parts_gives_the_same_wherever_it_is_cut()
    {
        byte[] input = ScpTransfer.Bytes(TreeOfPeer);
        for (int cut = 1; cut < input.Length; cut++)
        {
            using var transfer = new ScpTransfer("scp -r -t .", _files);
            transfer.Channel.Deliver(input.AsSpan(0, cut));
            (await transfer.RunAsync(input[cut..])).ShouldBe(0u);
            Read("tree/z").ShouldBe("zz");
            Directory.Delete(Path.Combine(_root, "tree"), recursive: true);
        }
    }

    [Fact]
    public async Task A_directory_that_is_the_target_takes_files_in()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dir"));
        using var transfer = new ScpTransfer("scp -d -t dir", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 a\nA\0C0644 1 b c\nB\0"))).ShouldBe(0u);
        (Read("dir/a") + Read("dir/b c")).ShouldBe("AB");
    }

    [Fact]
    public async Task Missing_directories_on_the_way_are_made_with_r_alone()
    {
        using (var transfer = new ScpTransfer("scp -t x/y", _files))
        {
            (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 a\n"))).ShouldBe(1u);
            transfer.Output.ShouldBe("\0\u0001scp: a: No such file or directory\n");
        }

        using (var transfer = new ScpTransfer("scp -r -t x/y", _files))
        {
            (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 a\nA\0"))).ShouldBe(0u);
            Read("x/y").ShouldBe("A");
        }
    }

    [Fact]
    public async Task A_longer_file_that_existed_is_replaced_in_full()
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "f"), "much longer than before", TestContext.Current.CancellationToken);
        using var transfer = new ScpTransfer("scp -t f", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 f\nA\0"))).ShouldBe(0u);
        Read("f").ShouldBe("A");
    }

    [Fact]
    public async Task Bits_that_give_rights_are_not_set()
    {
        using var transfer = new ScpTransfer("scp -p -t f", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C7755 1 f\nA\0"))).ShouldBe(0u);
        ((int)Mode("f")).ShouldBe(0x1ED);
    }

    [Theory]
    [InlineData("scp -t .", "C0777 10 ../x\n", "\u0002scp: protocol error: unexpected file name\n")]
    [InlineData("scp -t .", "C0777 10 a/b\n", "\u0002scp: protocol error: unexpected file name\n")]
    [InlineData("scp -r -t .", "D0777 0 ..\n", "\u0002scp: protocol error: unexpected file name\n")]
    [InlineData("scp -t .", "C0644 -1 x\n", "\u0002scp: protocol error: malformed size\n")]
    [InlineData("scp -t .", "C0644 99999999999999999999 x\n", "\u0002scp: protocol error: malformed size\n")]
    [InlineData("scp -t .", "E\n", "\u0002scp: protocol error: end of a directory that was not begun\n")]
    [InlineData("scp -t .", "\n", "\u0002scp: protocol error: unexpected empty record\n")]
    [InlineData("scp -t .", "\0", "\u0002scp: protocol error: expected control record\n")]
    [InlineData("scp -t .", "D0755 0 x\n", "\u0002scp: protocol error: received directory without -r\n")]
    [InlineData("scp -t .", "C0644", "\u0002scp: lost connection\n")]
    [InlineData("scp -r -t .", "D0755 0 x\n", "\0\u0002scp: lost connection\n")]
    [InlineData("scp -t .", "C0644 10 x\nabc", "\0\u0002scp: x: lost connection\n")]
    [InlineData("scp -t .", "C0644 1 x\na", "\0\u0002scp: x: lost connection\n")]
    [InlineData("scp -t .", "C0644 1 x\nab\n", "\0\u0002scp: protocol error: expected an acknowledgement\n")]
    public async Task What_breaks_the_protocol_ends_the_transfer(string line, string input, string answer)
    {
        using var transfer = new ScpTransfer(line, _files);
        (await transfer.RunAsync(ScpTransfer.Bytes(input))).ShouldBe(1u);
        transfer.Output.ShouldBe("\0" + answer);
        Directory.GetFileSystemEntries(_outside).ShouldBe([_root]);
    }

    [Theory]
    [InlineData("scp -d -t none", "\u0002scp: none: No such file or directory\n")]
    [InlineData("scp -t a b", "\u0002scp: ambiguous target: a name with spaces needs quotes within the quotes\n")]
    public async Task A_target_that_cannot_be_is_told_before_anything_is_sent(string line, string answer)
    {
        using var transfer = new ScpTransfer(line, _files);
        (await transfer.RunAsync([])).ShouldBe(1u);
        transfer.Output.ShouldBe(answer);
    }

    [Fact]
    public async Task A_record_without_an_end_is_cut_off()
    {
        using var transfer = new ScpTransfer("scp -t .", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 " + new string('x', 1 << 20)), 1000)).ShouldBe(1u);
        transfer.Output.ShouldBe("\0\u0002scp: protocol error: record too long\n");
    }

    [Fact]
    public async Task Directories_within_each_other_have_an_end()
    {
        using var transfer = new ScpTransfer("scp -r -t .", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes(string.Concat(Enumerable.Repeat("D0755 0 d\n", 1000))))).ShouldBe(1u);
        transfer.Output.ShouldBe(new string('\0', ScpOptions.MaxDepth + 1) + "\u0002scp: too many directories within each other\n");
    }

    [Fact]
    public async Task A_file_that_is_refused_does_not_end_the_transfer()
    {
        Directory.CreateDirectory(Path.Combine(_root, "a"));
        using var transfer = new ScpTransfer("scp -t .", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 a\nC0644 1 b\nB\0\u0001scp: c: gone\nC0644 1 d\nD\0"))).ShouldBe(1u);
        transfer.Output.ShouldBe("\0\u0001scp: a: This is a directory, a file is needed\n\0\0\0\0");
        (Read("b") + Read("d")).ShouldBe("BD");
    }

    [Fact]
    public async Task A_link_does_not_lead_out()
    {
        File.CreateSymbolicLink(Path.Combine(_root, "out"), Path.GetDirectoryName(_root)!);
        using var transfer = new ScpTransfer("scp -r -t out", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 1 hpc-scp-escaped\nA\0"))).ShouldBe(1u);
        File.Exists(Path.Combine(Path.GetDirectoryName(_root)!, "hpc-scp-escaped")).ShouldBeFalse();
        transfer.Output.ShouldNotContain(_root);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(100, 0)]
    [InlineData(50, 50)]
    public async Task Content_arrives_from_storage_as_slow_and_stingy_as_it_may_be(int notNow, int shortWrites)
    {
        var files = new MemoryFiles(new Behaviour(7) { NotNow = notNow, Short = shortWrites });
        byte[] content = new byte[3_000_001];
        new Random(1).NextBytes(content);
        using var transfer = new ScpTransfer("scp -t f", files);
        transfer.Channel.PacketLength = 32_768;
        (await transfer.RunAsync([.. ScpTransfer.Bytes("C0644 3000001 f\n"), .. content, 0], 1_000_000)).ShouldBe(0u);
        files.Files["/f"].Content.AsSpan().SequenceEqual(content).ShouldBeTrue();
        files.OpenCount.ShouldBe(0);
        transfer.Grant.Meter.BytesReceived.ShouldBe(content.Length);
    }

    [Fact]
    public async Task A_full_disk_is_told_after_the_content_and_the_next_file_goes_on()
    {
        var files = new MemoryFiles(new Behaviour(3) { WriteError = StorageError.NoSpace, WriteErrorFrom = 100 });
        using var transfer = new ScpTransfer("scp -d -t .", files);
        byte[] input = ScpTransfer.Bytes($"C0644 1000 f\n{new string('x', 1000)}\0C0644 1 g\nG\0");
        (await transfer.RunAsync(input, 64)).ShouldBe(1u);
        transfer.Output.ShouldBe("\0\0\u0001scp: f: No space left on device\n\0\0");
        files.Files["/g"].Content.ShouldBe("G"u8.ToArray());
    }

    [Fact]
    public async Task A_fault_of_storage_ends_the_transfer()
    {
        var files = new MemoryFiles(new Behaviour(3) { NotNow = 100, Fault = new IOException("at /secret/place") });
        using var transfer = new ScpTransfer("scp -t f", files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 5 f\nhello\0"))).ShouldBe(1u);
        transfer.Output.ShouldBe("\0\0\u0002scp: the server failed to do this; its log says why\n");
        files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task Random_bytes_never_fault()
    {
        var random = new Random(42);
        string[] pieces = ["C0644 3 a\n", "C0644 0 b\n", "D0755 0 d\n", "E\n", "T1 0 1 0\n", "abc", "\0", "\u0001x\n", "C", "\n", " ", "0644", "..", "/"];
        for (int round = 0; round < 300; round++)
        {
            byte[] input = new byte[random.Next(60)];
            random.NextBytes(input);
            byte[] mixed = [.. ScpTransfer.Bytes(string.Concat(random.GetItems(pieces, random.Next(12)))), .. input[..random.Next(input.Length + 1)]];
            using var transfer = new ScpTransfer("scp -r -p -t .", _files);
            uint status = await transfer.RunAsync(mixed, 1 + random.Next(20));
            status.ShouldBeLessThan(2u);
            transfer.Output.ShouldNotContain("the server failed");
        }

        Directory.GetFileSystemEntries(_root).Length.ShouldBeLessThan(301);
    }

    [Fact]
    public async Task A_peer_that_sends_and_never_reads_costs_one_message()
    {
        var files = new MemoryFiles(new Behaviour(1));
        using var transfer = new ScpTransfer("scp -r -t .", files);
        transfer.Channel.Window = 0;
        byte[] bad = ScpTransfer.Bytes(string.Concat(Enumerable.Repeat("D0755 0 x\n", 100_000)));
        transfer.Channel.Deliver(bad);
        await transfer.Channel.WaitForAsync(() => transfer.Channel.Backlog > 0);
        transfer.Channel.Deliver(bad);

        transfer.Channel.Backlog.ShouldBe(1);
        transfer.Channel.Unconsumed.ShouldBeInRange((bad.Length * 2) - (4 * "D0755 0 x\n".Length), bad.Length * 2);
        transfer.Pool.Budget.Rented.ShouldBeLessThanOrEqualTo(BlockPool.Huge);
        await transfer.CloseAsync();
    }

    [Fact]
    public async Task A_channel_that_closes_within_content_leaves_nothing_open()
    {
        var files = new MemoryFiles(new Behaviour(1) { NotNow = 30 });
        for (int length = 0; length < 40; length++)
        {
            using var transfer = new ScpTransfer("scp -t f", files);
            transfer.Channel.Deliver(ScpTransfer.Bytes(("C0644 20 f\n" + new string('x', 20) + "\0C0644 20 g\n")[..Math.Min(length, 43)]));
            await transfer.CloseAsync();
        }

        files.OpenCount.ShouldBe(0);
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_root, name));

    private UnixFileMode Mode(string name) => File.GetUnixFileMode(Path.Combine(_root, name));
}
