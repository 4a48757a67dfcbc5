using System.Text;
using Hpc.SshProtocol.Exec;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.SshProtocol.Tests.Exec;

public sealed class ExecTests : IDisposable
{
    private readonly Behaviour _behaviour = new(1);
    private readonly MemoryFiles _files;
    private readonly FakeGrant _grant;

    public ExecTests()
    {
        _files = new MemoryFiles(_behaviour);
        _grant = new FakeGrant(_files);
        _files.Files["/abc"] = new MemoryFile { Content = "abc"u8.ToArray() };
        _files.Files["/it's\n"] = new MemoryFile { Content = [] };
    }

    public void Dispose() => _grant.Dispose();

    [Theory]
    [InlineData("pwd", "/\n")]
    [InlineData("cd /somewhere", "")]
    [InlineData("echo a  'b  c' \"d\\\"\"", "a b  c d\"\n")]
    [InlineData("echo -n x", "x")]
    [InlineData("md5sum abc", "900150983cd24fb0d6963f7d28e17f72  /abc\n")]
    [InlineData("md5sum -- '/abc'", "900150983cd24fb0d6963f7d28e17f72  /abc\n")]
    [InlineData("sha1sum /x/../abc", "a9993e364706816aba3e25717850c26c9cd0d89d  /abc\n")]
    [InlineData("sha256sum \"/abc\"", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  /abc\n")]
    [InlineData("md5sum '/it'\\''s\n'", "\\d41d8cd98f00b204e9800998ecf8427e  /it's\\n\n")]
    [InlineData("df -k /", "Filesystem     1K-blocks      Used Available Use% Mounted on\nhpc                  400       240       120  67% /\n")]
    public async Task A_command_prints_and_exits_with_0(string line, string expected)
    {
        (string output, string errors, uint status) = await RunAsync(line, null);
        output.ShouldBe(expected);
        errors.ShouldBeEmpty();
        status.ShouldBe(0u);
    }

    [Fact]
    public async Task Paths_begin_at_the_start_directory_and_events_are_told_as_ssh()
    {
        _grant.Start = "/in";
        _files.Files["/in/abc"] = new MemoryFile { Content = [] };
        (await RunAsync("pwd", null)).Output.ShouldBe("/in\n");
        (await RunAsync("md5sum abc /abc", null)).Output.ShouldBe("d41d8cd98f00b204e9800998ecf8427e  /in/abc\n900150983cd24fb0d6963f7d28e17f72  /abc\n");
        _grant.Protocols.ShouldBe(["SSH", "SSH"]);
    }

    [Fact]
    public async Task A_hash_is_no_transfer_and_the_file_is_closed()
    {
        await RunAsync("sha1sum /abc", null);
        _files.Transfers.ShouldBe(0);
        _files.Ends.ShouldBe(["closed /abc"]);
    }

    [Fact]
    public async Task What_storage_knows_of_a_file_is_told_without_reading_it_by_sha256sum_alone()
    {
        _behaviour.StoredSha256 = new byte[32];
        (await RunAsync("sha256sum /abc", null)).Output.ShouldBe(new string('0', 64) + "  /abc\n");
        (await RunAsync("md5sum /abc", null)).Output.ShouldBe("900150983cd24fb0d6963f7d28e17f72  /abc\n");
    }

    [Fact]
    public async Task A_hash_command_without_a_path_hashes_its_input()
    {
        (await RunAsync("md5sum", "")).Output.ShouldBe("d41d8cd98f00b204e9800998ecf8427e  -\n");
        (await RunAsync("md5sum", "abc")).Output.ShouldBe("900150983cd24fb0d6963f7d28e17f72  -\n");
        (await RunAsync("md5sum", new string('x', 10_000))).Status.ShouldBe(0u);
    }

    [Theory]
    [InlineData("md5sum /none")]
    [InlineData("df --help")]
    public async Task A_command_that_fails_says_so_on_stderr_and_exits_with_1(string line)
    {
        (string output, string errors, uint status) = await RunAsync(line, null);
        output.ShouldBeEmpty();
        errors.ShouldNotBeEmpty();
        status.ShouldBe(1u);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ls")]
    [InlineData("rsync --server .")]
    [InlineData("git-upload-pack '/x'")]
    [InlineData("echo a; pwd")]
    [InlineData("echo a | md5sum")]
    [InlineData("echo `pwd`")]
    [InlineData("echo $(pwd)")]
    [InlineData("echo \"$HOME\"")]
    [InlineData("echo a\npwd")]
    [InlineData("echo a > /b")]
    [InlineData("echo a && pwd")]
    [InlineData("echo 'open")]
    [InlineData("echo \"open")]
    [InlineData("echo open\\")]
    [InlineData("echo a\0b")]
    [InlineData("/usr/bin/md5sum x")]
    [InlineData("md5sum *")]
    public void Anything_else_is_refused(string line) => TryCreate(line, out _, out _).ShouldBeFalse();

    private bool TryCreate(string line, out FakeChannel channel, out ExecProgram? program)
    {
        channel = FakeChannel.WithOutput();
        return ExecProgram.TryCreate(
            Encoding.UTF8.GetBytes(line), channel, _grant, new BlockPool(new BufferBudget(1 << 30)), NullLogger.Instance, out program);
    }

    private async Task<(string Output, string Errors, uint Status)> RunAsync(string line, string? input)
    {
        bool created;
        FakeChannel channel;
        ExecProgram? program;
        created = TryCreate(line, out channel, out program);
        created.ShouldBeTrue();
        channel.Program = program!;
        if (input is not null)
        {
            channel.Deliver(Encoding.UTF8.GetBytes(input));
            channel.SendEof();
        }

        await channel.WaitForAsync(() => channel.ExitStatus is not null);
        channel.Close();
        await program!.Released.WaitAsync(TimeSpan.FromSeconds(30));
        _grant.Holds.ShouldBe(0);
        return (Encoding.UTF8.GetString(channel.Output!.ToArray()), Encoding.UTF8.GetString(channel.Errors.ToArray()), channel.ExitStatus!.Value);
    }
}
