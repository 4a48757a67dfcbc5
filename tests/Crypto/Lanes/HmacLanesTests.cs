using Hpc.Crypto.Lanes;

namespace Hpc.Crypto.Tests.Lanes;

public sealed class HmacLanesTests
{
    public static TheoryData<int> Kernels() => [.. Enumerable.Range(0, Math.Max(1, LaneTestSupport.Kernels.Count))];

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Every_length_to_300_gives_the_tag_of_the_class_library_in_every_lane(int index)
    {
        LaneKernel kernel = Kernel(index);
        var random = new Random(1);
        byte[] key = Bytes(random, 32);
        using var lanes = new HmacLanes(kernel, key);
        for (int first = 0; first <= 300; first++)
        {
            // Each lane has another length, and each length comes to each lane.
            Check(lanes, key, (uint)first, [.. Enumerable.Range(0, kernel.Lanes).Select(lane => Bytes(random, (first + lane) % 301))]);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Equal_packets_as_a_bulk_transfer_has_them_give_the_tags_of_the_class_library(int index)
    {
        LaneKernel kernel = Kernel(index);
        var random = new Random(2);
        byte[] key = Bytes(random, 32);
        using var lanes = new HmacLanes(kernel, key);
        foreach (int length in new[] { 32_768, 32_788, 32_787, 35_000, 60, 124, 4_092 })
        {
            for (int count = 1; count <= kernel.Lanes; count += 3)
            {
                Check(lanes, key, uint.MaxValue - 2, [.. Enumerable.Range(0, count).Select(_ => Bytes(random, length))]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Any_mixture_of_lengths_and_keys_gives_the_tags_of_the_class_library(int index)
    {
        LaneKernel kernel = Kernel(index);
        var random = new Random(3);
        for (int round = 0; round < 150; round++)
        {
            byte[] key = Bytes(random, random.Next(0, 65));
            using var lanes = new HmacLanes(kernel, key);
            int longest = round % 10 == 0 ? 70_000 : 2_000;
            Check(lanes, key, (uint)random.NextInt64(1L << 32), [.. Enumerable.Range(0, random.Next(1, kernel.Lanes + 1)).Select(_ => Bytes(random, random.Next(longest)))]);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void No_message_at_all_is_nothing_to_do_and_too_many_are_refused(int index)
    {
        LaneKernel kernel = Kernel(index);
        using var lanes = new HmacLanes(kernel, new byte[32]);
        LaneTestSupport.MakeTags(lanes, 0, []).ShouldBeEmpty();
        Should.Throw<ArgumentOutOfRangeException>(() => lanes.MakeTags(new LaneMessage[kernel.Lanes + 1]));
        Should.Throw<ArgumentOutOfRangeException>(() => new HmacLanes(kernel, new byte[65]));
        lanes.Dispose();
        Should.Throw<ObjectDisposedException>(() => lanes.MakeTags([]));
    }

    private static LaneKernel Kernel(int index)
    {
        Assert.SkipUnless(LaneTestSupport.Kernels.Count > 0, "The CPU has neither AVX-512 nor AVX2.");
        return LaneTestSupport.Kernels[index];
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Check(HmacLanes lanes, byte[] key, uint sequence, byte[][] messages)
    {
        byte[][] tags = LaneTestSupport.MakeTags(lanes, sequence, messages);
        for (int i = 0; i < messages.Length; i++)
        {
            byte[] expected = LaneTestSupport.Expected(key, unchecked(sequence + (uint)i), messages[i]);
            tags[i].AsSpan().SequenceEqual(expected).ShouldBeTrue($"lane {i}, {messages[i].Length} bytes");
        }
    }
}
