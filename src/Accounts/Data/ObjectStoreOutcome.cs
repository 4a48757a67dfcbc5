namespace Hpc.Accounts.Data;

/// <summary>What became of changes.</summary>
public enum ObjectStoreOutcome
{
    /// <summary>All are stored, and survive a crash where the store is durable.</summary>
    Done,

    /// <summary>An object that must not be there is.</summary>
    AlreadyExists,

    /// <summary>An object that must be there is not.</summary>
    NotFound,

    /// <summary>An object has another version.</summary>
    VersionConflict,

    /// <summary>An object refers to one that is not there.</summary>
    ReferenceMissing,

    /// <summary>An object that is to be removed is referred to.</summary>
    Referenced,
}
