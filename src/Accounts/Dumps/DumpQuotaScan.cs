namespace Hpc.Accounts.Dumps;

/// <summary>What is counted after a dump was loaded (R9.12). The numbers stand in requests.</summary>
public enum DumpQuotaScan
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What every loaded user and folder has in use.</summary>
    All = 1,

    /// <summary>What loaded users with a quota have in use, and every folder.</summary>
    WithLimits = 2,
}
