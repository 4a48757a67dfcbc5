namespace Hpc.Storage.Vfs.Usage;

/// <summary>What became of taking from a count.</summary>
public enum TakeOutcome
{
    /// <summary>It is taken.</summary>
    Taken,

    /// <summary>The limit does not allow it; nothing is taken.</summary>
    LimitReached,

    /// <summary>This node has to reserve more first (<see cref="UsageLedger.ReserveAsync"/>); nothing is taken.</summary>
    NeedsReservation,
}
