namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What a part that cannot be kept does to its object. The greater one wins.</summary>
internal enum MendEffect
{
    /// <summary>The object has fewer rights, or the same.</summary>
    None,

    /// <summary>It might have more rights: it is loaded, and nobody can log in as it.</summary>
    Disable,

    /// <summary>It is not loaded, and what is nothing without it is not either.</summary>
    LeaveOut,

    /// <summary>Nothing of the dump is loaded.</summary>
    Refuse,
}
