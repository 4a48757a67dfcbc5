using System.Text.Json;
using System.Text.Json.Serialization;
using Hpc.Accounts;
using Hpc.Accounts.Usage;
using Hpc.Crypto.Keys;

namespace Hpc.Server.Cli;

/// <summary>A user as the command line shows it; never with the password hash.</summary>
internal sealed record UserView
{
    public required string UserName { get; init; }

    public required string HomeDirectory { get; init; }

    public required bool Enabled { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required bool HasPassword { get; init; }

    public required IReadOnlyList<PublicKeyView> PublicKeys { get; init; }

    /// <summary>Names by directory, <c>/</c> first.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions { get; init; }

    public required IReadOnlyList<FilePatternView> FilePatterns { get; init; }

    public required IReadOnlyList<MountView> VirtualFolders { get; init; }

    public required long QuotaSize { get; init; }

    public required long QuotaFiles { get; init; }

    public required long MaxUploadFileSize { get; init; }

    public required long UploadTransferBytes { get; init; }

    public required long DownloadTransferBytes { get; init; }

    public required long TotalTransferBytes { get; init; }

    public required uint Uid { get; init; }

    public required uint Gid { get; init; }

    public required string StartDirectory { get; init; }

    /// <summary>Null, as the four below, where nothing was counted yet; this and the next also where all that is known are changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedQuotaFiles { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedUploadDataTransfer { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? UsedDownloadDataTransfer { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? DataTransferSince { get; init; }

    /// <summary>Left out of lists, which do not tell it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required long? Version { get; init; }

    public static UserView Of(UserAccount user) => new()
    {
        UserName = user.UserName,
        HomeDirectory = user.HomeDirectory,
        Enabled = user.IsEnabled,
        ExpiresAt = user.ExpiresAt,
        HasPassword = user.PasswordHash is not null,
        PublicKeys = [.. user.PublicKeys.Select(PublicKeyView.Of)],
        Permissions = PermissionsOf(user),
        FilePatterns = [.. user.FilePatterns.Select(FilePatternView.Of)],
        VirtualFolders = [.. user.Folders.Select(MountView.Of)],
        QuotaSize = user.QuotaBytes,
        QuotaFiles = user.QuotaFiles,
        MaxUploadFileSize = user.MaxUploadBytes,
        UploadTransferBytes = user.UploadTransferBytes,
        DownloadTransferBytes = user.DownloadTransferBytes,
        TotalTransferBytes = user.TotalTransferBytes,
        Uid = user.UserId,
        Gid = user.GroupId,
        StartDirectory = user.StartDirectory,
        Version = user.Version,
    };

    /// <summary>The same with what is in use.</summary>
    public UserView With(IReadOnlyDictionary<string, UsageRecord> usage)
    {
        UsageRecord? record = usage.GetValueOrDefault(UsageScope.OfUser(UserName));
        return this with
        {
            UsedQuotaSize = record?.CountedBytes,
            UsedQuotaFiles = record?.CountedFiles,
            UsedUploadDataTransfer = record?.Used.Uploaded,
            UsedDownloadDataTransfer = record?.Used.Downloaded,
            DataTransferSince = record?.TransferSince,
            VirtualFolders = [.. VirtualFolders.Select(mount => mount.With(usage.GetValueOrDefault(UsageScope.OfFolder(mount.Name))))],
        };
    }

    // The dictionary keeps this order, as nothing is ever removed from it.
    private static Dictionary<string, IReadOnlyList<string>> PermissionsOf(UserAccount user)
    {
        var permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal) { ["/"] = user.Permissions };
        foreach (DirectoryPermissions directory in user.DirectoryPermissions)
        {
            permissions[directory.Path] = directory.Names;
        }

        return permissions;
    }
}

/// <summary>A public key of a user.</summary>
internal sealed record PublicKeyView(string Type, string Fingerprint, string Comment)
{
    public static PublicKeyView Of(string line) => AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out _)
        ? new PublicKeyView(key!.KeyType, OpenSshPublicKey.Fingerprint(key.Blob.Span), key.Comment)
        : new PublicKeyView("unreadable", "", line);
}

/// <summary>JSON of the user commands.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(IReadOnlyList<UserView>))]
internal sealed partial class UserJson : JsonSerializerContext;
