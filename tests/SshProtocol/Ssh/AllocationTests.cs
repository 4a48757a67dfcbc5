using Hpc.SshProtocol.Ssh;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Counts every allocation of the process, so nothing else may run.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class AllocationTests
{
    private const int Part = 32 * 1024;
    private const int Total = 64 << 20;

    // Wake-ups between the two ends in memory and on the storage's workers cost some bytes each; a buffer per packet would cost 64 MiB.
    private const long MaxAllocated = 512 << 10;

    // Here the raw peer allocates for each of 2,048 answers.
    private const long MaxAllocatedWithPeer = 8 << 20;

    [Fact]
    public async Task A_download_in_its_stride_allocates_next_to_nothing()
    {
        using var host = new SshTestHost();
        string path = host.WriteFile("file", new byte[1 << 20]);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: 1u << 31);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync(path, 1);
            byte[] batch = BatchOf(channel, handle);
            await DownloadAsync(peer, batch, 4 << 20);
            long before = GC.GetTotalAllocatedBytes(true);
            await DownloadAsync(peer, batch, Total);
            long allocated = GC.GetTotalAllocatedBytes(true) - before;
            TestContext.Current.TestOutputHelper?.WriteLine($"{allocated} bytes");
            allocated.ShouldBeLessThan(MaxAllocated);
        }
    }

    [Fact]
    public async Task An_upload_in_its_stride_allocates_no_buffers()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync("/up", 2 | 8);
            byte[] write = Msg.Of(MessageNumber.ChannelData, channel.RemoteId, channel.Request(6, handle, 0ul, new byte[Part]));
            await UploadAsync(peer, channel, write, 128);
            long before = GC.GetTotalAllocatedBytes(true);
            await UploadAsync(peer, channel, write, Total / Part);
            long allocated = GC.GetTotalAllocatedBytes(true) - before;
            TestContext.Current.TestOutputHelper?.WriteLine($"{allocated} bytes");
            allocated.ShouldBeLessThan(MaxAllocatedWithPeer);
        }
    }

    private static async Task UploadAsync(RawPeer peer, RawChannel channel, byte[] write, int count)
    {
        int answered = 0;
        for (int sent = 0; answered < count;)
        {
            while (sent < count && sent - answered < 32 && channel.RemoteWindow > write.Length)
            {
                await peer.SendSealedAsync(write);
                channel.RemoteWindow -= write.Length - 9;
                sent++;
            }

            (await channel.ReceivePacketAsync())[^12..].ShouldNotBeEmpty();
            answered++;
        }
    }

    /// <summary>The payload of one message with eight READs.</summary>
    private static byte[] BatchOf(RawChannel channel, byte[] handle)
    {
        var requests = new List<byte>();
        for (int i = 0; i < 8; i++)
        {
            requests.AddRange(channel.Request(5, handle, (ulong)(i * Part), (uint)Part));
        }

        return Msg.Of(MessageNumber.ChannelData, channel.RemoteId, requests.ToArray());
    }

    private static async Task DownloadAsync(RawPeer peer, byte[] batch, int total)
    {
        long goal = peer.BytesReceived + total;
        long asked = peer.BytesReceived;
        while (peer.BytesReceived < goal)
        {
            while (asked - peer.BytesReceived < 32 * Part && asked < goal)
            {
                asked += 8 * Part;
                await peer.SendSealedAsync(batch);
            }

            await peer.SkipAsync();
        }
    }
}
