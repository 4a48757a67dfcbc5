namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>Of one node: it has the whole of every limit.</summary>
internal sealed class WholeLimit : IBandwidthRates
{
    public static WholeLimit Instance { get; } = new();

    public void LimitChanged(BandwidthScope scope) => scope.SetRate(scope.Limit);

    public void Released(BandwidthScope scope)
    {
    }
}
