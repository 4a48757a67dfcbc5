namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>Decides what part of a limit is in force on this node, by <see cref="BandwidthScope.SetRate"/>.</summary>
public interface IBandwidthRates
{
    /// <summary>A scope came into use, or its <see cref="BandwidthScope.Limit"/> changed. Must not wait.</summary>
    void LimitChanged(BandwidthScope scope);

    /// <summary>A scope is not used any more.</summary>
    void Released(BandwidthScope scope);
}
