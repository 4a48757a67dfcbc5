using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>A file is closed where the client says that it is whole, and given up in every other case.</summary>
public sealed class SftpEndOfFileTests
{
    private const uint ReadFlag = 1;
    private const uint WriteFlag = 2;
    private const uint CreateFlag = 8;

    private readonly Behaviour _behaviour = new(1);
    private readonly MemoryFiles _files;

    public SftpEndOfFileTests()
    {
        _files = new MemoryFiles(_behaviour);
        _files.Files["/old"] = new MemoryFile { Content = "0123456789"u8.ToArray() };
    }

    public enum Ending
    {
        ChannelClosed,
        EndOfInput,
        Kicked,
        ProtocolBroken,
        WriteRunning,
        CloseUnfinished,
    }

    [Theory]
    [InlineData(ReadFlag, "/old")]
    [InlineData(WriteFlag | CreateFlag, "/new")]
    public async Task What_the_client_closes_is_closed(uint flags, string name)
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync(name, flags);
        (await session.AskAsync(SftpSession.Close(1, handle))).Status.ShouldBe(SftpStatus.Ok);
        _files.Ends.ShouldBe(["closed " + name]);
        await session.EndAsync();
        _files.Ends.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(Ending.ChannelClosed)]
    [InlineData(Ending.EndOfInput)]
    [InlineData(Ending.Kicked)]
    [InlineData(Ending.ProtocolBroken)]
    [InlineData(Ending.WriteRunning)]
    [InlineData(Ending.CloseUnfinished)]
    public async Task What_the_client_does_not_close_is_given_up(Ending ending)
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] written = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        await session.OpenAsync("/old", ReadFlag);
        (await session.AskAsync(SftpSession.Write(1, written, 0, new byte[100]))).Status.ShouldBe(SftpStatus.Ok);
        switch (ending)
        {
            case Ending.EndOfInput:
                session.Channel.SendEof();
                break;
            case Ending.Kicked:
                session.Grant.End();
                break;
            case Ending.ProtocolBroken:
                session.Channel.Deliver(SftpSession.Init());
                break;
            case Ending.WriteRunning:
                _behaviour.NotNow = 100;
                session.Channel.Deliver(SftpSession.Write(2, written, 100, new byte[100]));
                break;
            case Ending.CloseUnfinished:
                session.Channel.Deliver(SftpSession.Close(2, written).AsSpan(0, 12));
                break;
            default:
                break;
        }

        await session.EndAsync();
        _files.Ends.Order().ShouldBe(["given up /new", "given up /old"]);
    }

    [Fact]
    public async Task A_hash_of_the_whole_file_comes_from_storage_where_it_is_known()
    {
        _behaviour.StoredSha256 = [.. Enumerable.Repeat((byte)7, 32)];
        using var session = new SftpSession(_files);
        session.Start();
        (await HashAsync(session, "sha256", 0, 0, 0)).ShouldBe(_behaviour.StoredSha256);
        (await HashAsync(session, "sha256", 0, 10, 256)).ShouldBe(_behaviour.StoredSha256);
        (await HashAsync(session, "sha256", 1, 0, 0)).ShouldNotBe(_behaviour.StoredSha256);
        (await HashAsync(session, "sha256", 0, 9, 0)).ShouldNotBe(_behaviour.StoredSha256);
        (await HashAsync(session, "sha512", 0, 0, 0)).Length.ShouldBe(64);
        _files.Transfers.ShouldBe(0);
        await session.EndAsync();
        _files.Ends.ShouldAllBe(end => end == "closed /old");
    }

    [Fact]
    public async Task A_copy_by_the_storage_is_no_transfer_nor_is_one_by_the_server()
    {
        using var session = new SftpSession(_files);
        session.Start();
        byte[] from = await session.OpenAsync("/old", ReadFlag);
        byte[] to = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        (await CopyAsync(session, from, to)).Status.ShouldBe(SftpStatus.Ok);
        _files.Files["/new"].Content.ShouldBe(_files.Files["/old"].Content);
        _files.Transfers.ShouldBe(0);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_copy_that_is_not_allowed_is_not_made_by_reading_and_writing()
    {
        _behaviour.CopyError = StorageError.AccessDenied;
        using var session = new SftpSession(_files);
        session.Start();
        byte[] from = await session.OpenAsync("/old", ReadFlag);
        byte[] to = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        (await CopyAsync(session, from, to)).Status.ShouldBe(SftpStatus.PermissionDenied);
        _files.Files["/new"].Length.ShouldBe(0);
        await session.EndAsync();
    }

    [Fact]
    public async Task A_copy_by_name_is_asked_of_the_storage_and_malformed_ones_are_refused()
    {
        using var session = new SftpSession(_files);
        session.Start();
        SftpFieldWriter Names() => new SftpFieldWriter().Path("copy-file").Path("/old").Path("/copy");
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 1, Names()))).Status.ShouldBe(SftpStatus.BadMessage);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 2, Names().Boolean(false)))).Status.ShouldBe(SftpStatus.Ok);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 3, Names().Boolean(false)))).Status.ShouldBe(SftpStatus.Failure);
        (await session.AskAsync(SftpSession.Request(SftpMessageType.Extended, 4, Names().Boolean(true)))).Status.ShouldBe(SftpStatus.Ok);
        _files.Files["/copy"].Content.ShouldBe(_files.Files["/old"].Content);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(StorageError.QuotaExceeded, "uota")]
    [InlineData(StorageError.TooLarge, "maximum upload size")]
    public async Task A_refused_write_says_which_limit_it_was(StorageError error, string text)
    {
        (_behaviour.WriteError, _behaviour.WriteErrorFrom) = (error, 0);
        using var session = new SftpSession(_files);
        session.Start();
        byte[] handle = await session.OpenAsync("/new", WriteFlag | CreateFlag);
        Packet reply = await session.AskAsync(SftpSession.Write(1, handle, 0, new byte[10]));
        reply.Status.ShouldBe(SftpStatus.Failure);
        reply.Text.ShouldContain(text);
        await session.EndAsync();
    }

    [Fact]
    public async Task Relative_paths_begin_at_the_start_directory()
    {
        using var session = new SftpSession(_files);
        session.Grant.Start = "/in/here";
        session.Start();
        (await RealPathAsync(session, ".")).ShouldBe("/in/here");
        (await RealPathAsync(session, "../x")).ShouldBe("/in/x");
        (await RealPathAsync(session, "/")).ShouldBe("/");
        await session.EndAsync();
    }

    private static async Task<string> RealPathAsync(SftpSession session, string path)
    {
        Packet reply = await session.AskAsync(SftpSession.Request(SftpMessageType.RealPath, 1, new SftpFieldWriter().Path(path)));
        reply.Type.ShouldBe(SftpMessageType.Name);
        int length = reply.Body[7];
        return System.Text.Encoding.UTF8.GetString(reply.Body, 8, length);
    }

    private static Task<Packet> CopyAsync(SftpSession session, byte[] from, byte[] to) => session.AskAsync(SftpSession.Request(
        SftpMessageType.Extended, 1, new SftpFieldWriter().Path("copy-data").Bytes(from).UInt64(0).UInt64(0).Bytes(to).UInt64(0)));

    private static async Task<byte[]> HashAsync(SftpSession session, string algorithm, ulong start, ulong length, uint blockSize)
    {
        Packet reply = await session.AskAsync(SftpSession.Request(
            SftpMessageType.Extended, 1, new SftpFieldWriter().Path("check-file-name").Path("/old").Path(algorithm).UInt64(start).UInt64(length).UInt32(blockSize)));
        reply.Type.ShouldBe(SftpMessageType.ExtendedReply);
        return reply.Body[(4 + "check-file".Length + 4 + algorithm.Length)..];
    }
}
