namespace Hpc.Accounts.Usage;

/// <summary>What a node does with a scope, and so what has to be done after a crash of it.</summary>
public enum UsageUse
{
    /// <summary>Nothing any more: its reservation ends.</summary>
    None = 0,

    /// <summary>It counts what is moved. What was reserved for that is used up after a crash.</summary>
    Transfers = 1,

    /// <summary>It changes files, too. They are counted again after a crash.</summary>
    Files = 2,
}
