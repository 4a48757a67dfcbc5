namespace Hpc.Accounts;

/// <summary>What becomes of a name that a filter refuses (<c>deny_policy</c>).</summary>
public enum FilePatternPolicy
{
    /// <summary>It is listed, and nothing can be done to it.</summary>
    Deny = 0,

    /// <summary>It does not exist, nor does anything below it.</summary>
    Hide = 1,
}
