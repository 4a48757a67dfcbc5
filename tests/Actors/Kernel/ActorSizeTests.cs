using Hpc.Actors.Kernel;
using Hpc.TestKit;

namespace Hpc.Actors.Tests.Kernel;

public sealed class ActorSizeTests
{
    [Fact]
    public async Task An_idle_leaf_keeps_a_cell_of_104_bytes()
    {
        await using var system = new ActorSystem();
        Props<ProbeMessage> props = new ProbeLog().Probe();
        _ = new ActorCell(system, null, props, "warm");
        ActorCell parent = new(system, null, props, "parent");

        ActorCell? cell = null;
        long size = AllocatedBytes.Least(() => cell = new ActorCell(system, parent, props, "idle"));

        cell!.IsTerminated.ShouldBeFalse();
        size.ShouldBeLessThanOrEqualTo(104);
    }

    [Fact]
    public void Equality_of_messages_does_not_depend_on_where_they_wait()
    {
        var first = new ProbeMessage.Number(1);
        first.TryClaim().ShouldBeTrue();
        first.ShouldBe(new ProbeMessage.Number(1));
        first.ShouldNotBe(new ProbeMessage.Number(2));
        ProbeMessage.Number copy = first with { Sender = 3 };
        copy.TryClaim().ShouldBeTrue();
    }
}
