using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Files;

/// <summary>What an account says of one part of its tree, worked out once for all of its sessions.</summary>
internal sealed record MountPlan
{
    /// <summary>Where it begins in the user's tree.</summary>
    public required VirtualPath Path { get; init; }

    /// <summary>The directory on this machine; null if the account names a folder that is not there.</summary>
    public required string? Directory { get; init; }

    /// <summary>Whose files they are; see <see cref="UsageScope"/>.</summary>
    public required string Scope { get; init; }

    /// <summary>The folder, for messages; null for the home directory.</summary>
    public string? FolderName { get; init; }

    /// <summary>Where its files are (<see cref="FilesystemProvider"/>).</summary>
    public int Provider { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>Most bytes in its scope; 0 is no limit.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Most files in its scope; 0 is no limit.</summary>
    public long MaxFiles { get; init; }

    /// <summary>True if its files are counted in its scope.</summary>
    public bool IsCounted { get; init; }

    /// <summary>True if its files are counted in the user's scope, too, with the user's limits.</summary>
    public bool CountsInUser { get; init; }

    public bool IsHome => FolderName is null;

    /// <summary>True if its files are on this machine as they are.</summary>
    public bool IsLocal => Provider == FilesystemProvider.Local;

    /// <summary>Without a quota a home directory is counted only where a crash can leave temporaries in it, so that it is known where to look for them.</summary>
    public static MountPlan OfHome(UserAccount user, UploadMode mode) => new()
    {
        Path = VirtualPath.Root,
        Directory = user.HomeDirectory,
        Provider = user.Filesystem.Provider,
        Scope = UsageScope.OfUser(user.UserName),
        MaxBytes = user.QuotaBytes,
        MaxFiles = user.QuotaFiles,
        IsCounted = HasQuota(user) || mode != UploadMode.Standard,
    };

    /// <summary>Folders are always counted: another user of theirs may have a limit, and operators ask for their size.</summary>
    public static MountPlan OfFolder(UserAccount user, FolderMount folder, VirtualPath path)
    {
        bool inUserQuota = folder.QuotaBytes == FolderMount.InUserQuota || folder.QuotaFiles == FolderMount.InUserQuota;
        return new MountPlan
        {
            Path = path,
            Directory = folder.MappedPath,
            Provider = folder.Filesystem.Provider,
            Scope = UsageScope.OfFolder(folder.FolderName),
            FolderName = folder.FolderName,
            IsReadOnly = folder.IsReadOnly,
            MaxBytes = inUserQuota ? 0 : folder.QuotaBytes,
            MaxFiles = inUserQuota ? 0 : folder.QuotaFiles,
            IsCounted = true,
            CountsInUser = inUserQuota && HasQuota(user),
        };
    }

    private static bool HasQuota(UserAccount user) => user.QuotaBytes > 0 || user.QuotaFiles > 0;
}
