namespace Hpc.Accounts.Authentication;

/// <summary>What a right credential is good for.</summary>
internal enum LoginStep
{
    /// <summary>Nothing: the user may not log in so.</summary>
    Refused,

    /// <summary>The first of two steps.</summary>
    First,

    /// <summary>A login, alone or with the step before it.</summary>
    Complete,
}
