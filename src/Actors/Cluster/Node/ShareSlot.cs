namespace Hpc.Actors.Cluster.Node;

/// <summary>A source and what was told of it.</summary>
internal sealed class ShareSlot(IShareSource source)
{
    public IShareSource Source { get; } = source;

    /// <summary>Where it stands among all.</summary>
    public int Index { get; set; }

    /// <summary>In force.</summary>
    public long Rate { get; private set; }

    public long Granted { get; set; }

    public bool IsTold { get; set; }

    /// <summary>The engine has to be told what is in force: it was lowered.</summary>
    public bool IsLowered { get; set; }

    public long ToldLimit { get; set; }

    public long ToldWanted { get; set; }

    public int ToldWeight { get; set; }

    public void SetRate(long rate)
    {
        if (rate != Rate)
        {
            Rate = rate;
            Source.SetRate(rate);
        }
    }
}
