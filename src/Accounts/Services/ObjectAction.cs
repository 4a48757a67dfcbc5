namespace Hpc.Accounts.Services;

/// <summary>What was done to an object.</summary>
public enum ObjectAction
{
    /// <summary>It is new.</summary>
    Add,

    /// <summary>It was changed.</summary>
    Update,

    /// <summary>It is gone.</summary>
    Delete,
}
