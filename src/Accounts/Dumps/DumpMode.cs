namespace Hpc.Accounts.Dumps;

/// <summary>What loading a dump does to what is there (R9.12). The numbers stand in requests.</summary>
public enum DumpMode
{
    /// <summary>Adds what is missing and updates what is there.</summary>
    AddAndUpdate = 0,

    /// <summary>Adds what is missing and leaves what is there.</summary>
    AddOnly = 1,

    /// <summary>As <see cref="AddAndUpdate"/>, and ends the sessions of users that were updated.</summary>
    AddUpdateAndDisconnect = 2,
}
