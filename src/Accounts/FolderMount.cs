using Hpc.Accounts.Objects;

namespace Hpc.Accounts;

/// <summary>A virtual folder in a user's tree.</summary>
public sealed record FolderMount
{
    /// <summary>A quota of a mount that counts in the user's own quota instead (R3.5); then both of a mount have this value.</summary>
    public const long InUserQuota = -1;

    /// <summary>Name of the folder.</summary>
    public required string FolderName { get; init; }

    /// <summary>Absolute virtual path; <c>/</c> takes the place of the home directory.</summary>
    public required string VirtualPath { get; init; }

    /// <summary>Most bytes that the folder may hold for this user to add to it; 0 is no limit, <see cref="InUserQuota"/> counts in the user's.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Most files that the folder may hold for this user to add to it; 0 is no limit, <see cref="InUserQuota"/> counts in the user's.</summary>
    public long QuotaFiles { get; init; }

    /// <summary>True refuses every change through this mount.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The folder's directory, filled in by the store that reads the account; null if there is no such folder, and not stored with the account.</summary>
    public string? MappedPath { get; init; }

    /// <summary>Where the folder is, filled in like <see cref="MappedPath"/>; provider 0 is the local disk.</summary>
    public FilesystemConfig Filesystem { get; init; } = new();

    /// <summary>True if a group gives the folder, the folder says <c>%role%</c> of where it is, and the user has no role: it has no directory then.</summary>
    public bool LacksRole { get; init; }
}
