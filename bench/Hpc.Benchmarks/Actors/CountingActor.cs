using Hpc.Actors.Kernel;

namespace Hpc.Benchmarks.Actors;

/// <summary>Counts messages down to zero, then sets the event.</summary>
internal sealed class CountingActor(Countdown countdown) : Actor<BenchMessage>
{
    protected override void Receive(BenchMessage message) => countdown.Step();
}
