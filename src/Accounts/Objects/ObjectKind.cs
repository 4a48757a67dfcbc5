namespace Hpc.Accounts.Objects;

/// <summary>Kinds of stored objects. The numbers stand in databases and never change.</summary>
public enum ObjectKind
{
    /// <summary><see cref="Objects.User"/>.</summary>
    User = 1,

    /// <summary><see cref="Objects.Group"/>.</summary>
    Group = 2,

    /// <summary><see cref="Objects.Folder"/>.</summary>
    Folder = 3,

    /// <summary><see cref="Objects.Admin"/>.</summary>
    Admin = 4,

    /// <summary><see cref="Objects.Role"/>.</summary>
    Role = 5,

    /// <summary><see cref="Objects.ApiKey"/>.</summary>
    ApiKey = 6,

    /// <summary><see cref="Objects.Share"/>.</summary>
    Share = 7,

    /// <summary><see cref="Objects.IpListEntry"/>.</summary>
    IpListEntry = 8,

    /// <summary><see cref="Objects.EventAction"/>.</summary>
    EventAction = 9,

    /// <summary><see cref="Objects.EventRule"/>.</summary>
    EventRule = 10,

    /// <summary><see cref="Objects.Configuration"/>.</summary>
    Configuration = 11,
}
