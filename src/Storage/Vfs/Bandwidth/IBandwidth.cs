namespace Hpc.Storage.Vfs.Bandwidth;

/// <summary>Limits of speed that hold for all transfers of a session in one direction, and for whoever shares them with it.</summary>
public interface IBandwidth
{
    /// <summary>Bytes a second that a transfer which begins now can expect, beside those that wait; null where no limit is in force.</summary>
    long? RateOfNext { get; }

    /// <summary>A transfer that begins under the limits.</summary>
    ITransferPace Begin();

    /// <summary>Other limits have taken the place of these: whoever waits here is let go, to ask them.</summary>
    void Supersede();
}
