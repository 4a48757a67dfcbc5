using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;

namespace Hpc.Properties.Tests.Ssh;

public sealed unsafe class BulkWriterProperties
{
    private const byte Gap = 0xEE;

    [Fact]
    public void The_stream_lies_in_the_slots_and_nothing_else_is_touched() =>
        Verify.ForAll(Generators.Seed, static seed =>
        {
            var random = new Random(seed);
            int slotPayload = random.Next(1, 200);
            int slots = random.Next(1, 8);
            int stride = slotPayload + random.Next(0, 40);
            int headroom = random.Next(0, 20);
            byte[] block = GC.AllocateArray<byte>(headroom + (slots * stride), pinned: true);
            block.AsSpan().Fill(Gap);
            int room = random.Next(0, (slots * slotPayload) + 1);
            byte[] model = Write(random, block, headroom, slotPayload, stride, room, slots * slotPayload);
            for (int i = 0; i < block.Length; i++)
            {
                int inBlock = i - headroom;
                int position = inBlock < 0 ? -1 : inBlock % stride < slotPayload ? (inBlock / stride * slotPayload) + (inBlock % stride) : -1;
                if (position >= 0 && position < model.Length)
                {
                    block[i].ShouldBe(model[position]);
                }
                else if (position < 0)
                {
                    block[i].ShouldBe(Gap);
                }
            }
        });

    private static byte[] Write(Random random, byte[] block, int headroom, int slotPayload, int stride, int room, int blockRoom)
    {
        var model = new List<byte>();
        fixed (byte* start = block)
        {
            var writer = new BulkWriter(start + headroom, slotPayload, stride, room, blockRoom);
            for (int step = 0; step < 12; step++)
            {
                Step(random, ref writer, model, slotPayload);
                writer.Length.ShouldBe(model.Count);
            }
        }

        return [.. model];
    }

    private static void Step(Random random, ref BulkWriter writer, List<byte> model, int slotPayload)
    {
        int free = writer.Room - writer.Length;
        var bytes = new byte[random.Next(free + 1)];
        random.NextBytes(bytes);
        switch (random.Next(5))
        {
            case 0:
                writer.Append(bytes);
                model.AddRange(bytes);
                break;
            case 1:
                var segments = new PinnedSegment[(bytes.Length / slotPayload) + 2];
                int count = 0;
                writer.Reserve(bytes.Length, segments, ref count);
                int at = 0;
                for (int i = 0; i < count; i++)
                {
                    int length = (int)segments[i].Length;
                    bytes.AsSpan(at, length).CopyTo(new Span<byte>(segments[i].Address, length));
                    at += length;
                }

                at.ShouldBe(bytes.Length);
                model.AddRange(bytes);
                break;
            case 2 when model.Count > 0:
                int position = random.Next(model.Count);
                byte[] patch = bytes[..Math.Min(bytes.Length, model.Count - position)];
                writer.Patch(position, patch);
                for (int i = 0; i < patch.Length; i++)
                {
                    model[position + i] = patch[i];
                }

                break;
            case 3:
                int kept = random.Next(model.Count + 1);
                writer.Truncate(kept);
                model.RemoveRange(kept, model.Count - kept);
                break;
            default:
                Overflow(ref writer, free);
                break;
        }
    }

    private static void Overflow(ref BulkWriter writer, int free)
    {
        int before = writer.Length;
        try
        {
            writer.Append(new byte[free + 1]);
        }
        catch (InvalidOperationException)
        {
            writer.Length.ShouldBe(before);
            return;
        }

        throw new InvalidOperationException("More was written than there is room for.");
    }
}
