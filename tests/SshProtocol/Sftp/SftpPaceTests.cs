using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>READs and WRITEs that wait for a limit of speed, and what ends the wait.</summary>
public sealed class SftpPaceTests
{
    private const uint ForReading = 1;
    private const uint ForWriting = 2 | 8;

    private readonly Behaviour _behaviour = new(1);
    private readonly FakePace _pace = new();
    private readonly MemoryFiles _files;

    public SftpPaceTests()
    {
        _files = new MemoryFiles(_behaviour);
        _files.Files["/a"] = new MemoryFile { Content = new byte[10_000] };
        _behaviour.Pace = _pace;
    }

    [Fact]
    public async Task A_read_waits_without_memory_and_is_answered_when_it_may_be()
    {
        using SftpSession session = Start();
        byte[] handle = await session.OpenAsync("/a", ForReading);
        session.Channel.Deliver(SftpSession.Read(5, handle, 0, 8000));
        await Eventually(() => _pace.Waiting == 1);
        (session.Grant.Meter.IsWaiting, session.Pool.Budget.Rented, _files.Reads).ShouldBe((true, 0, 0));
        _pace.Allow(7999);
        _pace.Waiting.ShouldBe(1);
        _pace.Allow(1);
        (await session.TakeAsync(1))[0].String.Length.ShouldBe(8000);
        session.Grant.Meter.IsWaiting.ShouldBeFalse();
        await session.EndAsync();
    }

    [Fact]
    public async Task A_write_that_waits_is_answered_when_it_is_written_and_its_window_stays_small()
    {
        using SftpSession session = Start();
        byte[] handle = await session.OpenAsync("/b", ForWriting);
        session.Server.WindowOfUse.ShouldBe(int.MaxValue);
        session.Channel.Deliver(SftpSession.Write(5, handle, 0, new byte[5000]));
        await Eventually(() => _pace.Waiting == 1);
        (session.Grant.Meter.IsWaiting, session.Server.IsHeldBack).ShouldBe((true, true));
        session.Server.WindowOfUse.ShouldBe(25 * 4096);
        session.Take().ShouldBeEmpty();
        _files.Files["/b"].Length.ShouldBe(0);
        _pace.Allow(5000);
        (await session.TakeAsync(1))[0].Status.ShouldBe(SftpStatus.Ok);
        _files.Files["/b"].Length.ShouldBe(5000);
        await Eventually(() => !session.Server.IsHeldBack && !session.Grant.Meter.IsWaiting);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_wait_ends_with_its_session_or_its_channel(bool isRead, bool isKick)
    {
        using SftpSession session = Start();
        await BeginAsync(session, isRead);
        if (isKick)
        {
            session.Grant.End();
            (await session.TakeAsync(1))[0].Status.ShouldNotBe(SftpStatus.Ok);
        }

        await session.EndAsync();
        _pace.Waiting.ShouldBe(0);
        session.Grant.Meter.IsWaiting.ShouldBeFalse();
        _files.OpenCount.ShouldBe(0);
        (_files.Reads, _files.Files.TryGetValue("/b", out MemoryFile? written) ? written.Length : 0).ShouldBe((0, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wait_goes_on_at_once_when_the_limit_is_gone(bool isRead)
    {
        using SftpSession session = Start();
        await BeginAsync(session, isRead);
        _behaviour.Pace = null;
        _pace.End();
        Packet answer = (await session.TakeAsync(1))[0];
        answer.Type.ShouldBe(isRead ? SftpMessageType.Data : SftpMessageType.Status);
        await session.EndAsync();
    }

    [Fact]
    public async Task What_was_asked_before_the_end_of_input_is_answered_before_the_channel_ends()
    {
        using SftpSession session = Start();
        await BeginAsync(session, isRead: true);
        session.Channel.SendEof();
        session.Channel.ExitStatus.ShouldBeNull();
        _pace.Allow(8000);
        (await session.TakeAsync(1))[0].Type.ShouldBe(SftpMessageType.Data);
        await session.Channel.WaitForAsync(() => session.Channel.ExitStatus == 0);
        await session.EndAsync();
    }

    private async Task BeginAsync(SftpSession session, bool isRead)
    {
        byte[] handle = await session.OpenAsync(isRead ? "/a" : "/b", isRead ? ForReading : ForWriting);
        session.Channel.Deliver(isRead ? SftpSession.Read(5, handle, 0, 8000) : SftpSession.Write(5, handle, 0, new byte[8000]));
        await Eventually(() => _pace.Waiting == 1);
    }

    private SftpSession Start()
    {
        var session = new SftpSession(_files);
        session.Start();
        return session;
    }

    private static Task Eventually(Func<bool> condition) => Ssh.Eventually.Async(condition);
}
