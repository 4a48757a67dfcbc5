using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>Storage that answers from another thread at the worst moment, and peers that close at it.</summary>
public sealed class SftpTurnTests
{
    [Fact]
    public async Task Requests_whose_storage_answers_from_other_threads_are_answered_once_and_in_order()
    {
        const int Count = 3000;
        var files = new MemoryFiles(new Behaviour(1) { NotNow = 50 });
        files.Files["/f"] = new MemoryFile();
        using var session = new SftpSession(files);
        session.Start();
        var requests = new List<byte>();
        for (uint id = 0; id < Count; id++)
        {
            requests.AddRange(SftpSession.Request(SftpMessageType.Open, id, new SftpFieldWriter().Path(id % 2 == 0 ? "/f" : "/missing").UInt32(1).UInt32(0)));
            if (requests.Count > 64 * 1024)
            {
                session.Channel.Deliver([.. requests]);
                requests.Clear();
            }
        }

        session.Channel.Deliver([.. requests]);
        List<Packet> replies = await session.TakeAsync(Count);
        replies.Select(static reply => reply.Id).ShouldBe(Enumerable.Range(0, Count).Select(static id => (uint)id));
        await session.EndAsync();
    }

    [Fact]
    public async Task Writes_that_come_with_the_end_of_the_stream_are_stored_and_answered()
    {
        var files = new MemoryFiles(new Behaviour(1));
        using var session = new SftpSession(files);
        session.Start();
        byte[] handle = await session.OpenAsync("/up", 2 | 8);
        byte[] pinned = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        byte[] write = SftpSession.Write(7, handle, 0, new byte[20_000]);
        write.CopyTo(pinned, 0);
        lock (session.Channel.Turn)
        {
            session.Server.OnData(pinned.AsSpan(0, write.Length)).ShouldBe(write.Length);
            session.Server.OnEof();
            session.Server.OnBatchEnd();
        }

        session.Channel.Flush();
        files.Files["/up"].Length.ShouldBe(20_000);
        Packet reply = session.Take().ShouldHaveSingleItem();
        reply.Id.ShouldBe(7u);
        reply.Status.ShouldBe(SftpStatus.Ok);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task A_write_too_short_for_its_fields_is_refused_alone(int length)
    {
        using var session = new SftpSession(new MemoryFiles(new Behaviour(1)));
        session.Start();
        var packet = new byte[4 + length];
        packet[3] = (byte)length;
        packet[4] = (byte)SftpMessageType.Write;
        packet[8] = 9;
        session.Channel.Deliver([.. packet, .. SftpSession.Close(10, new byte[8])]);
        List<Packet> replies = await session.TakeAsync(2);
        replies[0].Id.ShouldBe(9u);
        replies[0].Status.ShouldBe(SftpStatus.BadMessage);
        replies[1].Id.ShouldBe(10u);
        await session.EndAsync();
    }
}
