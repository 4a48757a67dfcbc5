namespace Hpc.Providers.Tests.Contract;

/// <summary>A clock that runs, and that a test can put forward.</summary>
public sealed class ContractTime : TimeProvider
{
    private long _ahead;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ahead));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);
}
