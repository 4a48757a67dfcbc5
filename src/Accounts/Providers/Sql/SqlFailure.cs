namespace Hpc.Accounts.Sql;

/// <summary>What an error of a database driver means for who asked.</summary>
internal enum SqlFailure
{
    /// <summary>Nothing that trying again would help.</summary>
    Other,

    /// <summary>The transaction lost against another one and was rolled back: once more.</summary>
    Conflict,

    /// <summary>The connection is gone; whether a commit on it was done is not known.</summary>
    ConnectionLost,

    /// <summary>A foreign key is in the way.</summary>
    ForeignKey,

    /// <summary>What shall be made is there already.</summary>
    AlreadyThere,
}
