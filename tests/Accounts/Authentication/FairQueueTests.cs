using Hpc.Accounts.Authentication;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class FairQueueTests
{
    [Fact]
    public void A_flood_of_one_source_does_not_hold_up_another()
    {
        var queue = new FairQueue<string>(capacity: 100, perSource: 50);
        for (int i = 0; i < 50; i++)
        {
            queue.TryAdd(1, $"flood {i}").ShouldBeTrue();
        }

        queue.TryAdd(2, "bob").ShouldBeTrue();
        queue.TryAdd(3, "carol").ShouldBeTrue();
        Take(queue, 4).ShouldBe(["flood 0", "bob", "carol", "flood 1"]);
    }

    [Fact]
    public void A_source_has_its_part_of_the_queue_and_all_have_the_whole()
    {
        var queue = new FairQueue<string>(capacity: 5, perSource: 2);
        queue.TryAdd(1, "a").ShouldBeTrue();
        queue.TryAdd(1, "b").ShouldBeTrue();
        queue.TryAdd(1, "c").ShouldBeFalse();
        queue.TryAdd(0, "d").ShouldBeTrue();
        queue.TryAdd(0, "e").ShouldBeTrue();
        queue.TryAdd(0, "f").ShouldBeTrue();
        queue.TryAdd(2, "g").ShouldBeFalse();
        queue.TryAddIfEmpty(2, "h").ShouldBeFalse();
        queue.Count.ShouldBe(5);
    }

    [Fact]
    public void What_was_put_in_is_taken_out_once_and_in_the_order_of_its_source()
    {
        var random = new Random(7);
        var queue = new FairQueue<(ulong Source, int Number)>(capacity: 200, perSource: 60);
        var next = new int[6];
        var added = new int[6];
        for (int i = 0; i < 20_000; i++)
        {
            ulong source = (ulong)random.Next(6);
            if (random.Next(2) == 0 && queue.TryAdd(source, (source, added[source])))
            {
                added[source]++;
            }
            else if (queue.Count > 0)
            {
                queue.TryTake(out (ulong Source, int Number) item).ShouldBeTrue();
                item.Number.ShouldBe(next[item.Source]++);
            }

            queue.Count.ShouldBe(added.Sum() - next.Sum());
        }
    }

    [Fact]
    public async Task Whoever_waits_gets_what_comes_and_all_end_with_the_queue()
    {
        var queue = new FairQueue<int>(capacity: 1000, perSource: 1000);
        Task<int>[] takers = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            int taken = 0;
            while (queue.TryTake(out int _))
            {
                taken++;
            }

            return taken;
        }))];
        int added = Enumerable.Range(0, 500).Count(i => queue.TryAdd((ulong)(i % 7), i));
        queue.Complete();

        (await Task.WhenAll(takers)).Sum().ShouldBe(added);
        queue.TryAdd(1, 1).ShouldBeFalse();
        queue.IsCompleted.ShouldBeTrue();
    }

    private static string[] Take(FairQueue<string> queue, int count) => [.. Enumerable.Range(0, count).Select(_ => queue.TryTake(out string? item) ? item : "")];
}
