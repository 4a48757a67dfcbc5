using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

public sealed class ShareDivisionTests
{
    [Fact]
    public void Targets_add_up_to_the_limit_and_nobody_gets_more_than_its_part_while_another_lacks()
    {
        var random = new Random(1);
        for (int round = 0; round < 4_000; round++)
        {
            (long limit, long[] wanted, int[] weights) = Draw(random);
            long[] targets = Divide(limit, wanted, weights);
            targets.Sum().ShouldBe(limit, Describe(limit, wanted, weights));
            targets.ShouldAllBe(target => target >= 0);
            CheckFair(limit, wanted, weights, targets);
        }
    }

    [Fact]
    public void Who_wants_more_never_gets_less()
    {
        var random = new Random(2);
        for (int round = 0; round < 4_000; round++)
        {
            (long limit, long[] wanted, int[] weights) = Draw(random);
            int who = random.Next(wanted.Length);
            long before = Divide(limit, wanted, weights)[who];
            wanted[who] = Math.Max(wanted[who], random.NextInt64(0, limit + 1));

            // Remainders of whole bytes go to the first.
            Divide(limit, wanted, weights)[who].ShouldBeGreaterThanOrEqualTo(before - wanted.Length, Describe(limit, wanted, weights));
        }
    }

    [Fact]
    public void A_higher_limit_takes_from_nobody()
    {
        var random = new Random(3);
        for (int round = 0; round < 4_000; round++)
        {
            (long limit, long[] wanted, int[] weights) = Draw(random);
            long[] before = Divide(limit, wanted, weights);
            long[] after = Divide(limit + random.NextInt64(0, limit + 1), wanted, weights);
            for (int i = 0; i < before.Length; i++)
            {
                if (after[i] < before[i] - before.Length)
                {
                    Assert.Fail($"{i} lost: {Describe(limit, wanted, weights)}");
                }
            }
        }
    }

    [Theory]
    [InlineData(100, new[] { long.MaxValue, long.MaxValue }, new[] { 1, 1 }, new[] { 50L, 50 })]
    [InlineData(100, new[] { long.MaxValue, long.MaxValue }, new[] { 1, 3 }, new[] { 25L, 75 })]
    [InlineData(100, new[] { 10, long.MaxValue }, new[] { 1, 1 }, new[] { 10L, 90 })]
    [InlineData(100, new[] { 10L, 20 }, new[] { 1, 1 }, new[] { 45L, 55 })]
    [InlineData(100, new[] { 0L, 0, 0 }, new[] { 1, 1, 1 }, new[] { 34L, 33, 33 })]
    [InlineData(1, new[] { long.MaxValue, long.MaxValue, long.MaxValue }, new[] { 1, 1, 1 }, new[] { 1L, 0, 0 })]
    [InlineData(0, new[] { 5L, 5 }, new[] { 1, 1 }, new[] { 0L, 0 })]
    [InlineData(640, new[] { 64L, long.MaxValue }, new[] { 1, 1 }, new[] { 66L, 574 })]
    [InlineData(1L << 50, new[] { long.MaxValue, long.MaxValue }, new[] { int.MaxValue, int.MaxValue }, new[] { 1L << 49, 1L << 49 })]
    public void Limits_are_divided_as_by_hand(long limit, long[] wanted, int[] weights, long[] expected) =>
        Divide(limit, wanted, weights).ShouldBe(expected);

    private static void CheckFair(long limit, long[] wanted, int[] weights, long[] targets)
    {
        for (int lacking = 0; lacking < wanted.Length; lacking++)
        {
            if (targets[lacking] >= ShareDivision.WithHeadroom(wanted[lacking], limit))
            {
                continue;
            }

            for (int other = 0; other < wanted.Length; other++)
            {
                // Per weight, nobody has more than who lacks, but for whole bytes and remainders.
                double mine = (double)(targets[lacking] + wanted.Length + 1) / weights[lacking];
                double theirs = (double)(targets[other] - wanted.Length - 1) / weights[other];
                if (theirs > mine * (1 + 1e-9))
                {
                    Assert.Fail($"{other} has more than {lacking}: {Describe(limit, wanted, weights)}");
                }
            }
        }
    }

    private static (long Limit, long[] Wanted, int[] Weights) Draw(Random random)
    {
        int count = random.Next(1, random.Next(4) == 0 ? 80 : 8);
        long limit = random.NextInt64(1, random.Next(3) switch { 0 => 100, 1 => 1_000_000, _ => 1_000_000_000_000 });
        long[] wanted = [.. Enumerable.Range(0, count).Select(_ => random.Next(4) switch
        {
            0 => 0,
            1 => long.MaxValue,
            _ => random.NextInt64(0, limit + (limit / 2) + 1),
        })];
        return (limit, wanted, [.. Enumerable.Range(0, count).Select(_ => random.Next(1, random.Next(3) == 0 ? 100_000 : 10))]);
    }

    private static long[] Divide(long limit, long[] wanted, int[] weights)
    {
        long[] targets = new long[wanted.Length];
        ShareDivision.Divide(limit, wanted, weights, targets);
        return targets;
    }

    private static string Describe(long limit, long[] wanted, int[] weights) => $"limit {limit}, wanted {string.Join(' ', wanted)}, weights {string.Join(' ', weights)}";
}
