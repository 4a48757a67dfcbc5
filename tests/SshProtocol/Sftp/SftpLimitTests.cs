using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Sftp;

/// <summary>Runs of requests of which a limit admits the first ones alone, where storage answers from a worker.</summary>
public sealed class SftpLimitTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Writes_of_a_run_that_fit_are_done_and_the_next_is_told_why_it_is_not(int fromOtherThread)
    {
        var behaviour = new Behaviour(1)
        {
            NotNow = 100, FromOtherThread = fromOtherThread, WritesWhatFits = true, WriteError = StorageError.QuotaExceeded, WriteErrorFrom = 250,
        };
        var files = new MemoryFiles(behaviour);
        using var session = new SftpSession(files);
        session.Start();
        byte[] handle = await session.OpenAsync("/f", 2 | 8);
        byte[] content = [.. Enumerable.Range(0, 400).Select(i => (byte)i)];
        session.Channel.Deliver([.. Enumerable.Range(0, 4).SelectMany(i => SftpSession.Write((uint)i, handle, i * 100, content.AsSpan(i * 100, 100)))]);
        List<Packet> replies = await session.TakeAsync(4);
        replies.Select(reply => reply.Status).ShouldBe([SftpStatus.Ok, SftpStatus.Ok, SftpStatus.Failure, SftpStatus.Failure]);
        files.Files["/f"].Content.ShouldBe(content[..200]);
        await session.EndAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Reads_of_a_run_are_answered_one_by_one_where_all_are_too_many(int fromOtherThread)
    {
        var files = new MemoryFiles(new Behaviour(1) { NotNow = 100, FromOtherThread = fromOtherThread, MostRead = 150 });
        byte[] content = [.. Enumerable.Range(0, 400).Select(i => (byte)i)];
        files.Files["/f"] = new MemoryFile { Content = content };
        using var session = new SftpSession(files);
        session.Start();
        byte[] handle = await session.OpenAsync("/f", 1);
        byte[] more = SftpSession.Read(4, handle, 0, 200);
        session.Channel.Deliver([.. Enumerable.Range(0, 4).SelectMany(i => SftpSession.Read((uint)i, handle, i * 100, 100)), .. more]);
        List<Packet> replies = await session.TakeAsync(5);
        replies.Select(reply => reply.Id).ShouldBe([0u, 1u, 2u, 3u, 4u]);
        replies.Take(4).SelectMany(reply => reply.String).ShouldBe(content);
        replies[4].Status.ShouldBe(SftpStatus.Failure);
        await session.EndAsync();
    }
}
