using Hpc.Accounts.Objects;

namespace Hpc.Accounts;

/// <summary>A virtual user as the data provider stores it. Immutable; a change makes a new one.</summary>
public sealed record UserAccount
{
    /// <summary>Unique name, 1–255 UTF-8 bytes.</summary>
    public required string UserName { get; init; }

    /// <summary>Absolute path of the directory that the user sees as <c>/</c>.</summary>
    public required string HomeDirectory { get; init; }

    /// <summary>Password hash in PHC or crypt(3) form (argon2id, bcrypt), or null if the user has no password.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Public keys as <c>authorized_keys</c> lines (type, base64 blob, comment).</summary>
    public IReadOnlyList<string> PublicKeys { get; init; } = [];

    /// <summary>False refuses every login.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>From this time on logins are refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Permission names of spec row R4.1 that hold below <c>/</c>; <c>*</c> is all.</summary>
    public IReadOnlyList<string> Permissions { get; init; } = ["*"];

    /// <summary>Permissions of further directories, each path once; the closest directory above a file decides (R4.1).</summary>
    public IReadOnlyList<DirectoryPermissions> DirectoryPermissions { get; init; } = [];

    /// <summary>Name filters, each path once; the closest directory above a name decides (R4.10).</summary>
    public IReadOnlyList<FilePatternRule> FilePatterns { get; init; } = [];

    /// <summary>Virtual folders and where they are mounted, each folder and each path once.</summary>
    public IReadOnlyList<FolderMount> Folders { get; init; } = [];

    /// <summary>Most bytes that the user's files take together; 0 is no limit.</summary>
    public long QuotaBytes { get; init; }

    /// <summary>Most files that the user has; 0 is no limit.</summary>
    public long QuotaFiles { get; init; }

    /// <summary>Most bytes that may be uploaded until the counter is reset; 0 is no limit. Ignored if <see cref="TotalTransferBytes"/> is set.</summary>
    public long UploadTransferBytes { get; init; }

    /// <summary>Most bytes that may be downloaded until the counter is reset; 0 is no limit. Ignored if <see cref="TotalTransferBytes"/> is set.</summary>
    public long DownloadTransferBytes { get; init; }

    /// <summary>Most bytes that may be moved either way until the counters are reset; 0 is no limit.</summary>
    public long TotalTransferBytes { get; init; }

    /// <summary>Largest file in bytes that an upload may make; 0 is no limit.</summary>
    public long MaxUploadBytes { get; init; }

    /// <summary>Numeric owner of what is created, if the server runs as root; 0 leaves the server's.</summary>
    public uint UserId { get; init; }

    /// <summary>Numeric group of what is created, if the server runs as root; 0 leaves the server's.</summary>
    public uint GroupId { get; init; }

    /// <summary>Virtual directory that a session begins in; created at login.</summary>
    public string StartDirectory { get; init; } = "/";

    /// <summary>Who may log in how, when and from where.</summary>
    public LoginRules Logins { get; init; } = LoginRules.None;

    /// <summary>Most sessions at once over all protocols; 0 is no limit.</summary>
    public int MaxSessions { get; init; }

    /// <summary>KiB/s of all transfers to the server together; 0 is no limit.</summary>
    public long UploadBandwidth { get; init; }

    /// <summary>KiB/s of all transfers from the server together; 0 is no limit.</summary>
    public long DownloadBandwidth { get; init; }

    /// <summary>Bandwidth by network; the first that matches takes the place of the two.</summary>
    public IReadOnlyList<BandwidthLimit> BandwidthLimits { get; init; } = [];

    /// <summary>Groups of the user, of whatever type, whose members share a bandwidth.</summary>
    public IReadOnlyList<GroupBandwidth> GroupBandwidths { get; init; } = [];

    /// <summary>Transfer volume by network; the first that matches takes the place of the user's.</summary>
    public IReadOnlyList<DataTransferLimit> TransferLimits { get; init; } = [];

    /// <summary>What the web client and the user API may not do; see <see cref="WebClientOptions"/>.</summary>
    public IReadOnlyList<string> WebClient { get; init; } = [];

    /// <summary>Where the home directory is; provider 0 is the local disk.</summary>
    public FilesystemConfig Filesystem { get; init; } = new();

    /// <summary>Names of all groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The role whose administrators see this user; empty is none.</summary>
    public string Role { get; init; } = "";

    /// <summary>The rules for new passwords of this user, after its group and the server's (R10.12).</summary>
    public int PasswordStrength { get; init; }

    /// <summary>Least counts of characters in new passwords of this user, after its group and the server's (R10.12).</summary>
    public PasswordPolicy PasswordPolicy { get; init; } = new();

    /// <summary>Days that a new share lasts where nothing else is said; 0 is for ever.</summary>
    public int DefaultSharesExpiration { get; init; }

    /// <summary>Most days that a share may last; 0 is no limit.</summary>
    public int MaxSharesExpiration { get; init; }

    /// <summary>
    /// Another value after a change of the password (a new hash of the same password is none), the public keys, TLS certificates or the second factor:
    /// sessions that began before it end. Empty where the store does not know; then hash and keys themselves are compared.
    /// </summary>
    public string CredentialStamp { get; init; } = "";

    /// <summary>True skips looking for and creating directories at login.</summary>
    public bool DisableFsChecks { get; init; }

    /// <summary>Raised by one with every stored change; 0 for an account that was never stored.</summary>
    public long Version { get; init; }

    /// <inheritdoc/>
    public override string ToString() => UserName;
}
