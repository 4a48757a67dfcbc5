namespace Hpc.Accounts.Stores;

/// <summary>What became of a change to the user store.</summary>
public enum UserStoreOutcome
{
    /// <summary>It is stored, and survives a crash where the store is durable.</summary>
    Done,

    /// <summary>A user of that name exists already.</summary>
    AlreadyExists,

    /// <summary>There is no such user.</summary>
    NotFound,

    /// <summary>The user was changed by somebody else since it was read: read again, then change.</summary>
    VersionConflict,

    /// <summary>The account breaks a rule of <see cref="UserAccountValidator"/>.</summary>
    Invalid,

    /// <summary>The store holds as many users as it can.</summary>
    Full,
}
