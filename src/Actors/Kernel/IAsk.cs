namespace Hpc.Actors.Kernel;

/// <summary>
/// A message that somebody awaits an answer to. When it is lost (dead letter) or its handling fails, the asker learns it at once instead of at the time-out.
/// </summary>
public interface IAsk
{
    /// <summary>Where the answer goes.</summary>
    Reply Reply { get; }
}
