using BenchmarkDotNet.Attributes;

namespace Hpc.Benchmarks.Actors;

/// <summary>Messages of actors, each told and handled.</summary>
public class MailboxBenchmarks
{
    private MailboxRig _rig = null!;

    [GlobalSetup]
    public void Setup() => _rig = new MailboxRig();

    [GlobalCleanup]
    public async Task CleanupAsync() => await _rig.DisposeAsync().ConfigureAwait(false);

    /// <summary>Per message.</summary>
    [Benchmark(OperationsPerInvoke = MailboxRig.Messages)]
    public void Tell() => _rig.TellAll();

    /// <summary>Per hop.</summary>
    [Benchmark(OperationsPerInvoke = MailboxRig.Messages)]
    public void PingPong() => _rig.PingPong();
}
