namespace Hpc.Actors.Kernel;

internal enum CellState : byte
{
    Starting,
    Running,

    // Failed, or failing over: only the system lane is handled, the mailbox is kept.
    Failed,

    // PreRestart has run; children that it stopped are still on their way out.
    Restarting,

    // Children are still on their way out.
    Stopping,
    Terminated,
}
