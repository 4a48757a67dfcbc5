namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>What this node has of a limit that nodes share.</summary>
internal interface IScopeShare
{
    /// <summary>Timestamp of the pacer's clock: what becomes due after it is not this node's. Read whenever something has become due.</summary>
    long Until { get; }

    /// <summary>Somebody waits because nothing is left. Called with the pacer's lock held, often.</summary>
    void Starve();
}
