using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Transport.Buffers;

namespace Hpc.Properties.Tests.Ssh;

public sealed class ByteQueueProperties
{
    [Fact]
    public void It_is_a_queue_of_bytes_whatever_the_blocks_do() =>
        Verify.ForAll(Generators.Seed, static seed =>
        {
            var random = new Random(seed);
            var pool = new BlockPool(new BufferBudget(1L << 30));
            var queue = new ByteQueue(pool, BufferRole.ChannelInput);
            var model = new List<byte>();
            for (int step = 0; step < 40; step++)
            {
                Act(random, queue, model);
                queue.Length.ShouldBe(model.Count);
                queue.IsEmpty.ShouldBe(model.Count == 0);
                int first = queue.First.Length;
                (first > 0 || model.Count == 0).ShouldBeTrue();
                queue.First.SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(model)[..first]).ShouldBeTrue();
                if (model.Count == 0)
                {
                    pool.Budget.Rented.ShouldBe(0);
                }
            }

            queue.Clear();
            pool.Budget.Rented.ShouldBe(0);
        });

    private static void Act(Random random, ByteQueue queue, List<byte> model)
    {
        switch (random.Next(5))
        {
            case 0 or 1:
                var bytes = new byte[random.Next(5) == 0 ? random.Next(700_000) : random.Next(6_000)];
                random.NextBytes(bytes);
                queue.Append(bytes);
                model.AddRange(bytes);
                break;
            case 2:
                int count = random.Next(model.Count + 1);
                queue.Consume(count);
                model.RemoveRange(0, count);
                break;
            case 3:
                int before = queue.First.Length;
                int wanted = random.Next(1, 300_000);
                bool isJoined = queue.TryJoin(wanted);
                isJoined.ShouldBe(before < wanted && before < model.Count);
                (!isJoined || queue.First.Length > before).ShouldBeTrue();
                break;
            case 4 when random.Next(10) == 0:
                queue.Clear();
                model.Clear();
                break;
        }
    }
}
