using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Node;

internal sealed class FakeSource(string scope, long limit) : IShareSource
{
    private long _rate = -1;

    public string Scope { get; } = scope;

    public long Limit { get; set; } = limit;

    public long Wanted { get; set; } = long.MaxValue;

    public bool Throws { get; set; }

    public long Rate => Volatile.Read(ref _rate);

    public ShareReading Read() => Throws ? throw new InvalidOperationException("on purpose") : new(Wanted, 1);

    public void SetRate(long bytesPerSecond) => Volatile.Write(ref _rate, bytesPerSecond);

    public async Task BecomesAsync(long rate)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (Rate != rate)
        {
            patience.IsCancellationRequested.ShouldBeFalse($"the rate is {Rate} and never became {rate}");
            await Task.Yield();
        }
    }
}
