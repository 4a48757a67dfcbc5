namespace Hpc.Actors.Kernel;

/// <summary>
/// A message that brings something which must be given back. When it is lost (dead letter) or its handling fails, whatever no handler has taken over is given back here.
/// </summary>
public interface IOwned
{
    /// <summary>Gives back what was not taken over; does nothing the second time. Must not block.</summary>
    void GiveBack();
}
