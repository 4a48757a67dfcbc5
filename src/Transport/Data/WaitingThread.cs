namespace Hpc.Transport.Data;

/// <summary>What is known of the thread that a connection goes on with (docs/adr/0019).</summary>
public static class WaitingThread
{
    /// <summary>
    /// True if other connections have their turn on this thread behind the one that runs: its peer may have to wait in any case, and what is sent in one piece is
    /// cheaper for both. False on a thread that has nothing else to do, and on every thread that is not one of these.
    /// </summary>
    public static bool IsShared => ReadinessLoop.IsShared;
}
