namespace Hpc.Accounts.Services;

/// <summary>What became of a change to an object.</summary>
public enum ObjectStatus
{
    /// <summary>It is stored.</summary>
    Done,

    /// <summary>There is no such object, or not for this actor.</summary>
    NotFound,

    /// <summary>There is one of that name already.</summary>
    AlreadyExists,

    /// <summary>It breaks rules; they are listed.</summary>
    Invalid,

    /// <summary>It is not the version that the actor meant to change, or somebody else changed it at the same moment.</summary>
    VersionConflict,

    /// <summary>Others refer to it.</summary>
    Referenced,

    /// <summary>The actor may not do this.</summary>
    Forbidden,

    /// <summary>Too many passwords wait to be hashed; it can be asked for again.</summary>
    Busy,
}
