using System.Text;
using Hpc.Crypto.Keys;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests;

/// <summary>Accounts for tests; keys and hashes are made on the spot.</summary>
internal static class TestUsers
{
    private static readonly string DecoyHash = PasswordHash.NewDecoy();
    private static readonly string KeyLine = NewKeyLine();

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string CheapHash(string password) => PasswordHash.HashBcrypt(Utf8(password), 4);

    public static UserAccount New(string name = "alice", string? password = null) => new()
    {
        UserName = name,
        HomeDirectory = "/srv/" + (UserNameRules.IsValid(name) ? name : "x"),
        PasswordHash = password is null ? null : CheapHash(password),
    };

    /// <summary>An account in which no member has its default. Its folders are those of <see cref="Folders"/>.</summary>
    public static UserAccount Full(string name = "alice") => New(name) with
    {
        PasswordHash = DecoyHash,
        PublicKeys = [KeyLine],
        IsEnabled = false,
        ExpiresAt = new DateTimeOffset(2031, 2, 3, 4, 5, 6, 789, TimeSpan.Zero),
        Permissions = ["list", "download"],
        DirectoryPermissions = [new("/up", ["list", "upload"]), new("/up/*/closed", ["*"])],
        FilePatterns =
        [
            new("/", ["*.pdf"], ["*.exe"], FilePatternPolicy.Deny),
            new("/in", ["*.csv", "[!a-c]?"], ["~*", @"\[x\]"], FilePatternPolicy.Hide),
        ],
        Folders =
        [
            new FolderMount { FolderName = "reports", VirtualPath = "/reports", QuotaBytes = 10, QuotaFiles = 2, IsReadOnly = true },
            new FolderMount { FolderName = "ålbum ✓", VirtualPath = "/reports/2030", QuotaBytes = FolderMount.InUserQuota, QuotaFiles = FolderMount.InUserQuota },
        ],
        QuotaBytes = 1L << 40,
        QuotaFiles = 1000,
        UploadTransferBytes = 1,
        DownloadTransferBytes = 2,
        TotalTransferBytes = 3,
        MaxUploadBytes = 4,
        UserId = 1000,
        GroupId = int.MaxValue,
        StartDirectory = "/in",
    };

    /// <summary>The folders that <see cref="Full"/> mounts.</summary>
    public static IReadOnlyList<VirtualFolder> Folders =>
    [
        new() { Name = "reports", MappedPath = "/srv/reports", Description = "Monthly" },
        new() { Name = "ålbum ✓", MappedPath = "/srv/ålbum" },
    ];

    public static SshPrivateKey NewKey() => SshPrivateKeys.Generate("ssh-ed25519");

    public static string LineOf(SshPrivateKey key) => OpenSshPublicKey.Format(key.PublicKey, "test");

    private static string NewKeyLine()
    {
        using SshPrivateKey key = NewKey();
        return LineOf(key);
    }
}
