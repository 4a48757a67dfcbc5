using Hpc.Fuzz.Tests.Host;
using Hpc.Fuzz.Tests.Mutation;

namespace Hpc.Fuzz.Tests;

/// <summary>What the cases check with sees what it is there to see.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void A_change_of_the_sentinel_is_seen()
    {
        using var tree = new FuzzTree();
        tree.FindTouch().ShouldBeNull();
        File.AppendAllText(Path.Combine(tree.Outside, "secret.txt"), "x");
        tree.FindTouch().ShouldNotBeNull();
    }

    [Fact]
    public void Something_new_beside_the_root_is_seen()
    {
        using var tree = new FuzzTree();
        Directory.CreateDirectory(Path.Combine(tree.Outside, "..", "new"));
        tree.FindTouch().ShouldNotBeNull();
    }

    [Fact]
    public void Content_and_names_of_the_sentinel_are_recognised()
    {
        using var tree = new FuzzTree();
        tree.IsLeak([1, 2, .. tree.Secret, 3]).ShouldBeTrue();
        tree.IsLeak([1, 2, .. tree.HiddenName, 3]).ShouldBeTrue();
        tree.IsLeak("secret.txt"u8).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_stays_open_is_counted()
    {
        using var tree = new FuzzTree();
        int before = tree.OpenDescriptors();
        using (File.OpenRead(Path.Combine(tree.Root, "small")))
        {
            tree.OpenDescriptors().ShouldBe(before + 1);
        }

        tree.OpenDescriptors().ShouldBe(before);
    }

    [Fact]
    public void The_same_seed_makes_the_same_case()
    {
        FuzzPlan.Of(42).ShouldBe(FuzzPlan.Of(42));
        FuzzPlan plan = FuzzPlan.Of(6);
        byte[] request = [0, 0, 0, 9, 17, 0, 0, 0, 1, 0, 0, 0, 1, (byte)'a'];
        var first = new Meddler(plan);
        var second = new Meddler(plan);
        for (int i = 0; i < 200; i++)
        {
            first.Request(request).ShouldBe(second.Request(request));
        }
    }

    [Fact]
    public async Task An_honest_session_is_let_in_and_served()
    {
        int seed = Enumerable.Range(1, 10_000).First(static candidate =>
            FuzzPlan.Of(candidate) is { Layers: FuzzLayer.None, EndAfterBytes: int.MaxValue, IsDeaf: false, Window: > 1_000_000, MaxPacket: 32 * 1024, End: FuzzEnd.Disconnect, Channels: > 1 });
        FuzzOutcome outcome = await FuzzCase.RunAsync(seed);
        outcome.IsLoggedIn.ShouldBeTrue();
        outcome.Replies.ShouldBeGreaterThan(0);
    }
}
