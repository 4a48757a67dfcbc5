using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Hpc.Transport.Tests;

/// <summary>Streams whose byte at every position is known.</summary>
internal static class Transfers
{
    public static byte At(long position) => (byte)((position * 31) ^ (position >> 8) ^ (position >> 17));

    public static void Fill(Span<byte> bytes, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = At(position + i);
        }
    }

    public static int FirstWrong(ReadOnlySpan<byte> bytes, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(position + i))
            {
                return i;
            }
        }

        return -1;
    }

    public static async Task SendAsync(Socket socket, long length, Random random, int maximumChunk)
    {
        byte[] chunk = new byte[maximumChunk];
        for (long sent = 0; sent < length;)
        {
            int count = (int)Math.Min(random.Next(1, maximumChunk), length - sent);
            Fill(chunk.AsSpan(0, count), sent);
            int done = 0;
            while (done < count)
            {
                done += await socket.SendAsync(chunk.AsMemory(done, count - done));
            }

            sent += count;
        }
    }

    public static async Task ReceiveAsync(Socket socket, long length, Random random, int maximumChunk)
    {
        byte[] chunk = new byte[maximumChunk];
        for (long received = 0; received < length;)
        {
            int count = await socket.ReceiveAsync(chunk.AsMemory(0, random.Next(1, maximumChunk)));
            count.ShouldBeGreaterThan(0);
            FirstWrong(chunk.AsSpan(0, count), received).ShouldBe(-1);
            received += count;
        }
    }

    /// <summary>Reads frames of random length, as a protocol does: a frame is consumed only when all of it is there.</summary>
    public static async Task ReadFramesAsync(PipeReader reader, long length, Random random, int maximumFrame)
    {
        long position = 0;
        int frame = NextFrame(random, maximumFrame, length);
        while (position < length)
        {
            ReadResult result = await reader.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            buffer.IsSingleSegment.ShouldBeTrue();
            int consumed = 0;
            int available = (int)buffer.Length;
            while (position < length && available - consumed >= frame)
            {
                FirstWrong(buffer.FirstSpan.Slice(consumed, frame), position).ShouldBe(-1);
                position += frame;
                consumed += frame;
                frame = NextFrame(random, maximumFrame, length - position);
                if (random.Next(4) == 0)
                {
                    break;
                }
            }

            // What is there and not a whole frame was examined; what was left by choice was not.
            bool isPartial = available - consumed < frame || position == length;
            reader.AdvanceTo(buffer.GetPosition(consumed), isPartial ? buffer.End : buffer.GetPosition(consumed));
        }
    }

    public static async Task WriteAsync(PipeWriter writer, long length, Random random, int maximumChunk)
    {
        for (long written = 0; written < length;)
        {
            int writes = random.Next(1, 5);
            for (int i = 0; i < writes && written < length; i++)
            {
                int count = (int)Math.Min(random.Next(1, maximumChunk), length - written);
                Fill(writer.GetSpan(count)[..count], written);
                writer.Advance(count);
                written += count;
            }

            await writer.FlushAsync();
        }
    }

    private static int NextFrame(Random random, int maximum, long left) =>
        (int)Math.Min(random.Next(3) == 0 ? random.Next(1, maximum) : random.Next(1, 2000), Math.Max(left, 1));
}
