using Hpc.Actors.Kernel;

namespace Hpc.Actors.Tests.Kernel;

public sealed class EqualMessageTests
{
    private sealed record Same(int What) : Message;

    private sealed class Counter(CountdownEvent left) : Actor<Same>
    {
        protected override void Receive(Same message) => left.Signal();
    }

    [Fact]
    public async Task Messages_that_say_the_same_are_all_received()
    {
        const int Tellers = 4;
        const int Each = 100_000;
        using var left = new CountdownEvent(Tellers * Each);
        await using var system = new ActorSystem();
        ActorRef<Same> counter = system.Spawn(new Props<Same>(() => new Counter(left)) { MailboxCapacity = Tellers * Each }, "counter");
        await Task.WhenAll(Enumerable.Range(0, Tellers).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                counter.Tell(new Same(1)).ShouldBeTrue();
            }
        })));
        left.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue($"{left.CurrentCount} were lost");
    }
}
