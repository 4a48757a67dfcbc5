using Hpc.Actors.Kernel;

namespace Hpc.Benchmarks.Actors;

/// <summary>Throws the ball back until the countdown ends.</summary>
internal sealed class PingPongActor(Countdown countdown) : Actor<BenchMessage>
{
    /// <summary>Set before the first ball.</summary>
    public ActorRef<BenchMessage> Other { get; set; }

    protected override void Receive(BenchMessage message)
    {
        if (countdown.Step())
        {
            Other.Tell(message);
        }
    }
}
