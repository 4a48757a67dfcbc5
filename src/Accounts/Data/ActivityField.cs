namespace Hpc.Accounts.Data;

/// <summary>What is counted about an object. The numbers stand in databases and never change.</summary>
public enum ActivityField
{
    /// <summary>Last login or use, Unix milliseconds; written at most every 10 minutes.</summary>
    LastUse = 1,

    /// <summary>First finished upload, Unix milliseconds.</summary>
    FirstUpload = 2,

    /// <summary>First finished download, Unix milliseconds.</summary>
    FirstDownload = 3,

    /// <summary>How often a share was used.</summary>
    UsedTokens = 4,
}
