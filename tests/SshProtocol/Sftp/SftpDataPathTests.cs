using Hpc.SshProtocol.Sftp.Wire;

namespace Hpc.SshProtocol.Tests.Sftp;

public sealed class SftpDataPathTests
{
    private const int Rounds = 10;
    private const int Deliveries = 20;
    private const uint ReadFlag = 1;
    private const uint ReadWriteCreateFlags = 1 | 2 | 8;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50, 50)]
    public async Task A_stream_cut_at_any_point_is_answered_alike(int notNow, int shortTransfers)
    {
        var behaviour = new Behaviour(3) { NotNow = notNow, Short = shortTransfers, FromOtherThread = 50 };
        var files = new MemoryFiles(behaviour);
        byte[]? expected = null;
        for (int cut = -1, length = 0; cut < length; cut++)
        {
            files.Files["/f"] = new MemoryFile { Content = new byte[100] };
            using var session = new SftpSession(files);
            session.Start();
            byte[] handle = await session.OpenAsync("/f", ReadWriteCreateFlags);
            byte[] stream =
            [
                .. SftpSession.Write(1, handle, 0, [1, 2, 3, 4, 5]), .. SftpSession.Write(2, handle, 5, [6, 7, 8]), .. SftpSession.Write(3, handle, 50, []),
                .. SftpSession.Read(4, handle, 0, 8), .. SftpSession.Read(5, handle, 8, 8), .. SftpSession.Write(6, handle, 100, [9]),
                .. SftpSession.Write(7, new byte[8], 0, [1, 2, 3]), .. SftpSession.Read(8, handle, 98, 50), .. SftpSession.Close(9, handle), .. SftpSession.Read(10, handle, 0, 1),
            ];
            length = stream.Length;
            int before = (int)session.Channel.Output!.Length;
            session.Channel.Deliver(stream.AsSpan(0, Math.Max(0, cut)));
            session.Channel.Deliver(stream.AsSpan(Math.Max(0, cut)));
            await session.TakeAsync(10);
            byte[] output = session.Channel.Output.ToArray()[before..];
            expected ??= output;
            output.ShouldBe(expected, $"cut at {cut}");
            session.Channel.Unconsumed.ShouldBe(0);
            await session.EndAsync();
        }

        files.Files["/f"].Length.ShouldBe(101);
    }

    [Theory]
    [InlineData(1, 32768, 0, 0, 0)]
    [InlineData(2, 32768, 0, 30, 0)]
    [InlineData(3, 32768, 20, 20, 0)]
    [InlineData(4, 1000, 20, 20, 0)]
    [InlineData(5, 32768, 20, 20, 5000)]
    [InlineData(6, 16384, 10, 10, 70000)]
    [InlineData(7, 100, 50, 50, 1)]
    [InlineData(8, 32768, 100, 0, 0)]
    [InlineData(9, 17, 0, 0, 200000)]
    [InlineData(10, 1024, 30, 50, 333)]
    public async Task Reads_at_random_return_what_the_file_holds_in_order(int seed, int slot, int notNow, int shortReads, int window)
    {
        var behaviour = new Behaviour(seed) { NotNow = notNow, Short = shortReads, FromOtherThread = 70 };
        var files = new MemoryFiles(behaviour);
        var random = new Random(seed);
        byte[] content = new byte[700_000];
        random.NextBytes(content);
        files.Files["/a"] = new MemoryFile { Content = content };
        files.Files["/b"] = new MemoryFile { Content = content[..5000] };
        using var session = new SftpSession(files);
        session.Channel.SlotPayload = slot;
        session.Channel.Window = session.Channel.RefillWindow = window == 0 ? long.MaxValue : window;
        session.Start();
        byte[][] handles = [await session.OpenAsync("/a", ReadFlag), await session.OpenAsync("/b", ReadFlag)];
        int[] lengths = [content.Length, 5000];

        var asked = new List<(int File, long Offset, int Length)>();
        var batch = new List<byte>();
        long next = 0;
        int count = window == 1 ? 12 : 150;
        for (int i = 0; i < count; i++)
        {
            int file = random.Next(10) == 0 ? 1 : 0;
            long offset = random.Next(4) == 0 ? random.Next(720_000) : next;
            int length = random.Next(6) switch { 0 => random.Next(0, 100), 1 => random.Next(0, window == 1 ? 3000 : 300_000), _ => window == 1 ? 500 : 32768 };
            asked.Add((file, offset, length));
            next = offset + length;
            batch.AddRange(SftpSession.Read((uint)i, handles[file], offset, length));
            if (random.Next(8) == 0)
            {
                session.Channel.Deliver([.. batch]);
                batch.Clear();
            }
        }

        session.Channel.Deliver([.. batch]);
        List<Packet> replies = await session.TakeAsync(count);
        for (int i = 0; i < count; i++)
        {
            (int file, long offset, int length) = asked[i];
            replies[i].Id.ShouldBe((uint)i);
            int expected = (int)Math.Clamp(lengths[file] - offset, 0, Math.Min(length, 261_120));
            if (expected == 0 && length > 0)
            {
                replies[i].Status.ShouldBe(SftpStatus.EndOfFile);
            }
            else
            {
                replies[i].Type.ShouldBe(SftpMessageType.Data);
                replies[i].String.AsSpan().SequenceEqual(content.AsSpan((int)offset, expected)).ShouldBeTrue($"reply {i}");
            }
        }

        files.MostActiveOperations.ShouldBeLessThanOrEqualTo(1);
        files.BytesRead.ShouldBe(replies.Where(reply => reply.Type == SftpMessageType.Data).Sum(reply => (long)reply.String.Length), "what is read twice is taken back once");
        await session.EndAsync();
    }

    [Theory]
    [InlineData(1, 0, 0, int.MaxValue)]
    [InlineData(2, 0, 40, 32768)]
    [InlineData(3, 30, 0, 32768)]
    [InlineData(4, 100, 0, 1000)]
    [InlineData(5, 30, 30, 100)]
    [InlineData(6, 0, 0, 32768)]
    public async Task Writes_at_random_leave_what_a_model_has(int seed, int notNow, int shortWrites, int packet)
    {
        var behaviour = new Behaviour(seed) { NotNow = notNow, Short = shortWrites, FromOtherThread = 70 };
        var files = new MemoryFiles(behaviour);
        var random = new Random(seed);
        using var session = new SftpSession(files);
        session.Channel.PacketLength = packet;
        session.Start();
        byte[][] handles = [await session.OpenAsync("/a", ReadWriteCreateFlags), await session.OpenAsync("/b", ReadWriteCreateFlags)];
        byte[][] models = [new byte[900_000], new byte[900_000]];
        int[] lengths = [0, 0];
        long next = 0;
        var stream = new List<byte>();
        const int Count = 120;
        for (int i = 0; i < Count; i++)
        {
            int file = random.Next(8) == 0 ? 1 : 0;
            if (random.Next(10) == 0)
            {
                stream.AddRange(SftpSession.Request(SftpMessageType.HandleStat, (uint)i, new Hpc.SshProtocol.Sftp.Client.SftpFieldWriter().Bytes(handles[file])));
                continue;
            }

            int length = random.Next(5) switch { 0 => 0, 1 => random.Next(70_000), 2 => random.Next(100), _ => 4096 };
            long offset = random.Next(4) == 0 ? random.Next(500_000) : Math.Min(next, 800_000);
            byte[] data = new byte[length];
            random.NextBytes(data);
            data.CopyTo(models[file], offset);
            lengths[file] = length > 0 ? Math.Max(lengths[file], (int)offset + length) : lengths[file];
            next = offset + length;
            stream.AddRange(SftpSession.Write((uint)i, handles[file], offset, data));
        }

        byte[] bytes = [.. stream];
        for (int position = 0; position < bytes.Length;)
        {
            int part = Math.Min(bytes.Length - position, random.Next(1, 200_000));
            session.Channel.Deliver(bytes.AsSpan(position, part));
            position += part;
        }

        List<Packet> replies = await session.TakeAsync(Count);
        replies.Select(p => p.Id).ShouldBe(Enumerable.Range(0, Count).Select(i => (uint)i));
        replies.Where(p => p.Type == SftpMessageType.Status).ShouldAllBe(p => p.Status == SftpStatus.Ok);
        files.Files["/a"].Content.AsSpan().SequenceEqual(models[0].AsSpan(0, lengths[0])).ShouldBeTrue();
        files.Files["/b"].Content.AsSpan().SequenceEqual(models[1].AsSpan(0, lengths[1])).ShouldBeTrue();
        session.Grant.Meter.BytesReceived.ShouldBeGreaterThan(0);
        await session.EndAsync();
    }

    [Fact]
    public async Task Requests_whose_answers_nobody_takes_stay_in_the_channel()
    {
        const int Count = 20_000;
        var files = new MemoryFiles(new Behaviour(1));
        files.Files["/f"] = new MemoryFile();
        using var session = new SftpSession(files);
        session.Start();
        byte[] handle = await session.OpenAsync("/f", ReadWriteCreateFlags);
        session.Channel.Window = 0;
        byte[] stat = SftpSession.Request(SftpMessageType.Stat, 1, new Hpc.SshProtocol.Sftp.Client.SftpFieldWriter().Path("/f"));
        session.Channel.Deliver([.. Enumerable.Repeat(stat, Count).SelectMany(r => r)]);
        session.Channel.Backlog.ShouldBeLessThan(16 * 1024);
        session.Channel.AddWindow(1L << 40);
        (await session.TakeAsync(Count)).ShouldAllBe(p => p.Type == SftpMessageType.Attributes);

        session.Channel.Window = 0;
        byte[] write = SftpSession.Write(1, handle, 0, [1]);
        session.Channel.Deliver([.. Enumerable.Repeat(write, Count).SelectMany(r => r)]);
        session.Channel.Backlog.ShouldBeLessThan(16 * 1024);
        session.Channel.AddWindow(1L << 40);
        (await session.TakeAsync(Count)).ShouldAllBe(p => p.Status == SftpStatus.Ok);
        await session.EndAsync();
    }

    [Fact]
    public async Task Half_a_million_queued_reads_cost_constant_memory()
    {
        const int Count = 500_000;
        const int ChannelWindow = 256 * 1024;
        var files = new MemoryFiles(new Behaviour(1));
        files.Files["/f"] = new MemoryFile { Content = [42] };
        long received = 0;
        using var channel = new FakeChannel();
        using var session = new SftpSession(files, channel: channel);
        byte[] handle = [];
        channel.Sink = bytes => handle = bytes.Length == 21 ? bytes[13..].ToArray() : handle;
        channel.Deliver(SftpSession.Init());
        channel.Deliver(SftpSession.Request(SftpMessageType.Open, 1, new Hpc.SshProtocol.Sftp.Client.SftpFieldWriter().Path("/f").UInt32(1).UInt32(0)));
        handle.Length.ShouldBe(8);
        channel.Sink = bytes => received += bytes.Length;
        channel.Window = 0;

        byte[] read = SftpSession.Read(7, handle, 0, 1);
        byte[] many = [.. Enumerable.Repeat(read, 1000).SelectMany(r => r)];
        int sent = 0;
        while (sent < Count)
        {
            // The peer sends as far as the channel's window lets it, and only then takes replies.
            while (sent < Count && channel.Unconsumed + many.Length <= ChannelWindow)
            {
                channel.Deliver(many);
                sent += 1000;
            }

            session.Pool.Budget.Rented.ShouldBeLessThan(1 << 20);
            channel.AddWindow(50_000);
        }

        channel.AddWindow(1L << 40);
        received.ShouldBe(Count * 14L);
        await session.EndAsync();
    }

    [Fact]
    public async Task Reads_that_follow_each_other_allocate_nothing()
    {
        var files = new MemoryFiles(new Behaviour(1));
        files.Files["/f"] = new MemoryFile { Content = new byte[1 << 20] };
        using var channel = new FakeChannel();
        using var session = new SftpSession(files, channel: channel);
        byte[] handle = [];
        channel.Sink = bytes => handle = bytes.Length == 21 ? bytes[13..].ToArray() : handle;
        channel.Deliver(SftpSession.Init());
        channel.Deliver(SftpSession.Request(SftpMessageType.Open, 1, new Hpc.SshProtocol.Sftp.Client.SftpFieldWriter().Path("/f").UInt32(1).UInt32(0)));
        channel.Sink = static _ => { };
        byte[] batch = [.. Enumerable.Range(0, 32).SelectMany(i => SftpSession.Read((uint)i, handle, i * 32768L, 32768))];
        channel.Deliver(batch);
        channel.Deliver(batch);
        channel.StopSignals = true;
        int produces = channel.Produces;
        LeastAllocated(channel, batch).ShouldBe(0);
        (channel.Produces - produces).ShouldBe(Rounds * Deliveries * 4);
        await session.EndAsync();
    }

    [Fact]
    public async Task Writes_that_follow_each_other_are_one_call_and_allocate_nothing()
    {
        var files = new MemoryFiles(new Behaviour(1));
        files.Files["/f"] = new MemoryFile { Content = new byte[1 << 20] };
        using var channel = new FakeChannel();
        using var session = new SftpSession(files, channel: channel);
        byte[] handle = [];
        channel.Sink = bytes => handle = bytes.Length == 21 ? bytes[13..].ToArray() : handle;
        channel.Deliver(SftpSession.Init());
        channel.Deliver(SftpSession.Request(SftpMessageType.Open, 1, new Hpc.SshProtocol.Sftp.Client.SftpFieldWriter().Path("/f").UInt32(3).UInt32(0)));
        channel.Sink = static _ => { };
        byte[] batch = [.. Enumerable.Range(0, 16).SelectMany(i => SftpSession.Write((uint)i, handle, i * 32768L, new byte[32768]))];
        for (int i = 0; i < 100; i++)
        {
            channel.Deliver(batch);
        }

        channel.StopSignals = true;
        int writes = files.Files["/f"].Writes;
        LeastAllocated(channel, batch).ShouldBe(0);
        (files.Files["/f"].Writes - writes).ShouldBe(Rounds * Deliveries);
        await session.EndAsync();
    }

    /// <summary>Bytes of the cheapest round: the runtime allocates once in a while for itself (statics, tiers, queue segments).</summary>
    private static long LeastAllocated(FakeChannel channel, byte[] batch)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Deliveries; i++)
            {
                channel.Deliver(batch);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
