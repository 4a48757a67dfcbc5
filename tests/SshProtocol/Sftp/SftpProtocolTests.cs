using System.Text;
using Hpc.SshProtocol.Sftp;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

public sealed class SftpProtocolTests
{
    private const uint ReadFlag = 1;
    private const uint WriteFlag = 2;
    private const uint CreateFlag = 8;

    private readonly Behaviour _behaviour = new(1);
    private readonly MemoryFiles _files;

    public SftpProtocolTests()
    {
        _files = new MemoryFiles(_behaviour);
        _files.Files["/ten"] = new MemoryFile { Content = "0123456789"u8.ToArray() };
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    public async Task Init_is_answered_with_version_3_and_the_extensions(uint version)
    {
        using var session = new SftpSession(_files);
        Packet reply = await session.AskAsync(SftpSession.Init(version));
        reply.Type.ShouldBe(SftpMessageType.Version);
        reply.Id.ShouldBe(3u);
        string text = Encoding.Latin1.GetString(reply.Body);
        text.ShouldStartWith("\0\0\0\x18posix-rename@openssh.com\0\0\0\x01" + "1\0\0\0\x13statvfs@openssh.com\0\0\0\x01" + "2");
        text.ShouldContain("copy-data");
        text.ShouldContain("vendor-id");
        await session.EndAsync();
    }

    [Fact]
    public async Task A_request_before_INIT_ends_the_channel()
    {
        using var session = new SftpSession(_files);
        session.Channel.Deliver(SftpSession.Close(1, new byte[8]));
        session.Channel.ExitStatus.ShouldBe(1u);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_second_INIT_ends_the_channel()
    {
        using var session = new SftpSession(_files);
        session.Start();
        session.Channel.Deliver(SftpSession.Init());
        session.Channel.ExitStatus.ShouldBe(1u);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(4u)]
    [InlineData((256u * 1024) + 1025)]
    [InlineData(uint.MaxValue)]
    public async Task A_packet_of_a_length_that_cannot_be_ends_the_channel(uint length)
    {
        using var session = new SftpSession(_files);
        session.Start();
        session.Channel.Deliver([(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length]);
        session.Channel.ExitStatus.ShouldBe(1u);
        session.Channel.Deliver(new byte[100]);
        session.Channel.Unconsumed.ShouldBe(0);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_read_is_answered_byte_for_byte()
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/ten", ReadFlag);
        long before = session.Channel.Output!.Length;
        session.Channel.Deliver(SftpSession.Read(0x01020304, handle, 2, 3));
        session.Channel.Output.ToArray()[(int)before..].ShouldBe([0, 0, 0, 12, 103, 1, 2, 3, 4, 0, 0, 0, 3, (byte)'2', (byte)'3', (byte)'4']);
        await session.EndAsync();
    }

    [Fact]
    public async Task The_end_of_a_file_is_a_status_and_never_empty_data()
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/ten", ReadFlag);
        (await session.AskAsync(SftpSession.Read(1, handle, 8, 100))).String.ShouldBe("89"u8.ToArray());
        (await session.AskAsync(SftpSession.Read(2, handle, 10, 1))).Status.ShouldBe(SftpStatus.EndOfFile);
        (await session.AskAsync(SftpSession.Read(3, handle, 1L << 40, int.MaxValue))).Status.ShouldBe(SftpStatus.EndOfFile);
        (await session.AskAsync(SftpSession.Read(4, handle, 3, 0))).String.ShouldBeEmpty();
        (await session.AskAsync(SftpSession.Read(5, handle, -1, 10))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Read(6, handle, 0, -1))).String.ShouldBe("0123456789"u8.ToArray());
        await session.EndAsync();
    }

    [Fact]
    public async Task An_empty_file_is_at_its_end_at_once()
    {
        _files.Files["/empty"] = new MemoryFile();
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/empty", ReadFlag);
        session.Channel.Deliver([.. SftpSession.Read(1, handle, 0, 32768), .. SftpSession.Read(2, handle, 32768, 32768)]);
        List<Packet> replies = await session.TakeAsync(2);
        replies.ShouldAllBe(p => p.Status == SftpStatus.EndOfFile);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(65536)]
    public async Task A_handle_that_was_never_given_out_is_refused_by_every_operation(int length)
    {
        using var session = new SftpSession(_files);
        session.Start();
        await session.OpenAsync("/ten", ReadFlag | WriteFlag);
        byte[] handle = new byte[length];
        (await session.AskAsync(SftpSession.Read(1, handle, 0, 1))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Write(2, handle, 0, new byte[1000]))).Status.ShouldBeOneOf(SftpStatus.Failure, SftpStatus.BadMessage);
        (await session.AskAsync(SftpSession.Close(3, handle))).Status.ShouldBe(SftpStatus.Failure);
        foreach (SftpMessageType type in new[] { SftpMessageType.HandleStat, SftpMessageType.ReadDirectory })
        {
            (await session.AskAsync(SftpSession.Request(type, 4, new SftpFieldWriter().Bytes(handle)))).Status.ShouldBe(SftpStatus.Failure);
        }

        (await session.AskAsync(SftpSession.Request(SftpMessageType.HandleSetStat, 5, new SftpFieldWriter().Bytes(handle).UInt32(0)))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 6, new SftpFieldWriter().Path("fsync@openssh.com").Bytes(handle)))).Status.ShouldBe(SftpStatus.Failure);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_handle_is_good_only_while_it_is_open_and_only_in_its_session_and_for_its_kind()
    {
        using var session = new SftpSession(_files);
        using var other = new SftpSession(_files);
        session.Start();
        other.Start();
        byte[] closed = await session.OpenAsync("/ten", ReadFlag);
        byte[] foreign = await other.OpenAsync("/ten", ReadFlag);
        (await session.AskAsync(SftpSession.Close(2, closed))).Status.ShouldBe(SftpStatus.Ok);
        byte[] open = await session.OpenAsync("/ten", ReadFlag);
        open.ShouldNotBe(closed);
        (await session.AskAsync(SftpSession.Read(3, closed, 0, 1))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Close(4, closed))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Read(5, foreign, 0, 1))).Status.ShouldBe(SftpStatus.Failure);
        byte[] directory = (await session.AskAsync(SftpSession.Request(SftpMessageType.OpenDirectory, 6, new SftpFieldWriter().Path("/")))).String;
        (await session.AskAsync(SftpSession.Read(7, directory, 0, 1))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Write(8, directory, 0, [1]))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.ReadDirectory, 9, new SftpFieldWriter().Bytes(open)))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Write(10, open, 0, [1]))).Status.ShouldBe(SftpStatus.PermissionDenied);
        await session.EndAsync();
        await other.EndAsync();
        _files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task Handles_are_limited_and_all_closed_at_the_end()
    {
        using var session = new SftpSession(_files, new SftpServerOptions { MaxHandles = 5 });
        session.Start();
        for (int i = 0; i < 5; i++)
        {
            await session.OpenAsync("/ten", ReadFlag);
        }

        Packet refused = await session.AskAsync(SftpSession.Request(SftpMessageType.Open, 9, new SftpFieldWriter().Path("/ten").UInt32(1).UInt32(0)));
        refused.Status.ShouldBe(SftpStatus.Failure);
        refused.Text.ShouldContain("Too many");
        _files.OpenCount.ShouldBe(5);
        await session.EndAsync();
        _files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_close_tells_the_error_of_the_storage()
    {
        _behaviour.CloseError = StorageError.NoSpace;
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        Packet reply = await session.AskAsync(SftpSession.Close(2, handle));
        reply.Status.ShouldBe(SftpStatus.Failure);
        reply.Text.ShouldBe("No space left on device");
        await session.EndAsync();
    }

    [Fact]
    public async Task A_write_that_fails_answers_for_itself_and_those_before_it_succeed()
    {
        _behaviour.WriteError = StorageError.NoSpace;
        _behaviour.WriteErrorFrom = 150;
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        byte[] data = new byte[100];
        session.Channel.Deliver([.. SftpSession.Write(1, handle, 0, data), .. SftpSession.Write(2, handle, 100, data), .. SftpSession.Write(3, handle, 200, data), .. SftpSession.Write(4, handle, 0, data)]);
        List<Packet> replies = await session.TakeAsync(4);
        replies.Select(p => p.Id).ShouldBe([1u, 2u, 3u, 4u]);
        replies.Select(p => p.Status).ShouldBe([SftpStatus.Ok, SftpStatus.Failure, SftpStatus.Failure, SftpStatus.Ok]);
        replies[1].Text.ShouldBe("No space left on device");
        await session.EndAsync();
    }

    [Fact]
    public async Task Unknown_requests_and_extensions_are_refused_and_the_session_goes_on()
    {
        using var session = new SftpSession(_files);
        session.Start();
        (await session.AskAsync(SftpSession.Request((SftpMessageType)99, 1, new SftpFieldWriter()))).Status.ShouldBe(SftpStatus.OperationUnsupported);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 2, new SftpFieldWriter().Path("no@such")))).Status.ShouldBe(SftpStatus.OperationUnsupported);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Open, 3, new SftpFieldWriter()))).Status.ShouldBe(SftpStatus.BadMessage);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Stat, 4, new SftpFieldWriter().Bytes("a\0b"u8)))).Status.ShouldBe(SftpStatus.NoSuchFile);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Stat, 5, new SftpFieldWriter().Bytes(new byte[100_000].AsSpan())))).Status.ShouldBe(SftpStatus.NoSuchFile);
        await session.EndAsync();
    }

    [Fact]
    public async Task What_storage_cannot_set_is_refused()
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/ten", WriteFlag);
        const SftpStatus expected = SftpStatus.OperationUnsupported;
        (await session.AskAsync(SftpSession.Request(SftpMessageType.SetStat, 1, new SftpFieldWriter().Path("/ten").UInt32(4).UInt32(0x1A4)))).Status.ShouldBe(expected);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.HandleSetStat, 2, new SftpFieldWriter().Bytes(handle).UInt32(4).UInt32(0x1A4)))).Status.ShouldBe(expected);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_kicked_session_still_gives_everything_back()
    {
        _behaviour.NotNow = 100;
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/ten", ReadFlag);
        session.Grant.End();
        session.Channel.Deliver(SftpSession.Read(1, handle, 0, 10));
        (await session.TakeAsync(1)).Count.ShouldBe(1);
        await session.EndAsync();
        _files.OpenCount.ShouldBe(0);
    }

    [Fact]
    public async Task A_fault_of_the_storage_is_a_failure_of_one_request()
    {
        using var session = new SftpSession(_files);
        session.Start();
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Remove, 1, new SftpFieldWriter().Path("/ten")))).Status.ShouldBe(SftpStatus.Failure);
        _behaviour.Fault = new InvalidOperationException("a fault");
        _behaviour.NotNow = 100;
        byte[] handle = await session.OpenAsync("/ten", ReadFlag | WriteFlag);
        (await session.AskAsync(SftpSession.Read(2, handle, 0, 1))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Write(3, handle, 0, [1]))).Status.ShouldBe(SftpStatus.Failure);
        _behaviour.Fault = null;
        (await session.AskAsync(SftpSession.Read(4, handle, 0, 1))).String.ShouldBe("0"u8.ToArray());
        await session.EndAsync();
    }

    [Fact]
    public async Task The_end_of_input_ends_the_session_after_the_last_answer()
    {
        _behaviour.NotNow = 100;
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/ten", ReadFlag);
        session.Channel.Deliver([.. SftpSession.Read(1, handle, 0, 4), .. SftpSession.Read(2, handle, 4, 4)]);
        session.Channel.SendEof();
        await session.Channel.WaitForAsync(() => session.Channel.ExitStatus is not null);
        session.Channel.ExitStatus.ShouldBe(0u);
        session.Take().Count.ShouldBe(2);
        await session.EndAsync();
    }

    [Fact]
    public async Task Random_bytes_never_throw()
    {
        var random = new Random(7);
        for (int round = 0; round < 3000; round++)
        {
            using var session = new SftpSession(_files);
            session.Start();
            byte[] handle = await session.OpenAsync("/ten", ReadFlag | WriteFlag);
            byte[] junk = new byte[random.Next(1, 400)];
            random.NextBytes(junk);
            for (int i = 0; i + 32 < junk.Length && random.Next(4) > 0; i += 29)
            {
                // Plausible beginnings get further than noise.
                int length = random.Next(5, 60);
                junk[i] = junk[i + 1] = junk[i + 2] = 0;
                junk[i + 3] = (byte)length;
                junk[i + 4] = (byte)(random.Next(2) == 0 ? random.Next(1, 22) : 200);
                junk[i + 9] = junk[i + 10] = junk[i + 11] = 0;
                junk[i + 12] = (byte)(random.Next(2) == 0 ? 8 : random.Next(60));
                handle.CopyTo(junk, i + 13);
            }

            session.Channel.Deliver(junk);
            await session.EndAsync();
        }
    }

    [Fact]
    public async Task A_session_that_is_cut_while_storage_works_gives_everything_back()
    {
        _behaviour.NotNow = 100;
        for (int round = 0; round < 200; round++)
        {
            using var session = new SftpSession(_files);
            session.Start();
            byte[] handle = await session.OpenAsync("/ten", ReadFlag | WriteFlag);
            session.Channel.Deliver((round % 3) switch
            {
                0 => SftpSession.Read(1, handle, 0, 10),
                1 => SftpSession.Write(1, handle, 0, [1, 2, 3]),
                _ => SftpSession.Request(SftpMessageType.Open, 1, new SftpFieldWriter().Path("/ten").UInt32(1).UInt32(0)),
            });
            await session.EndAsync();
        }

        _files.OpenCount.ShouldBe(0);
    }
}
