using Hpc.Actors.Kernel;

namespace Hpc.Benchmarks.Actors;

/// <summary>An actor that counts, two that throw a ball, and messages that are told again and again.</summary>
internal sealed class MailboxRig : IAsyncDisposable
{
    public const int Messages = 1024;

    private readonly ActorSystem _system = new();
    private readonly Countdown _countdown = new();
    private readonly ActorRef<BenchMessage> _counting;
    private readonly ActorRef<BenchMessage> _first;
    private readonly BenchMessage[] _messages = [.. Enumerable.Range(0, Messages).Select(static _ => new BenchMessage())];

    public MailboxRig()
    {
        var first = new PingPongActor(_countdown);
        var second = new PingPongActor(_countdown);
        _counting = _system.Spawn(new Props<BenchMessage>(() => new CountingActor(_countdown)) { MailboxCapacity = 2 * Messages }, "counting");
        _first = _system.Spawn(new Props<BenchMessage>(() => first), "first");
        second.Other = _first;
        first.Other = _system.Spawn(new Props<BenchMessage>(() => second), "second");
    }

    /// <summary>Tells all messages from outside and waits until they are handled.</summary>
    public void TellAll()
    {
        _countdown.Start(Messages);
        foreach (BenchMessage message in _messages)
        {
            _counting.Tell(message);
        }

        _countdown.Wait();
    }

    /// <summary>Lets one message go to and fro between two actors.</summary>
    public void PingPong()
    {
        _countdown.Start(Messages);
        _first.Tell(_messages[0]);
        _countdown.Wait();
    }

    public async ValueTask DisposeAsync()
    {
        await _system.StopAsync().ConfigureAwait(false);
        await _system.DisposeAsync().ConfigureAwait(false);
        _countdown.Dispose();
    }
}
