using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A virtual user (spec/03 §3.1).</summary>
public sealed record User : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>1 enabled, 0 disabled.</summary>
    [JsonPropertyName("status")]
    public int Status { get; set; }

    /// <summary>Unique name; cannot be changed.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>Address for notices.</summary>
    [JsonPropertyName("email")]
    public string Email { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>Logins are refused from then on, Unix milliseconds; 0 is never.</summary>
    [JsonPropertyName("expiration_date")]
    public long ExpirationDate { get; set; }

    /// <summary>In requests: a plain password or a hash of a known form; absent keeps the stored one. Stored: the hash. Never in answers, unless confidential data was asked for.</summary>
    [JsonPropertyName("password")]
    public string? Password { get; set; }

    /// <summary>True if there is a password. In requests without a password, false takes the stored one away; anything else is ignored.</summary>
    [JsonPropertyName("has_password")]
    public bool? HasPassword { get; set; }

    /// <summary>OpenSSH lines.</summary>
    [JsonPropertyName("public_keys")]
    public IReadOnlyList<string> PublicKeys { get; set => field = value ?? []; } = [];

    /// <summary>Absolute path of the directory that the user sees as <c>/</c>.</summary>
    [JsonPropertyName("home_dir")]
    public string HomeDir { get; set => field = value ?? ""; } = "";

    /// <summary>Folders in the tree.</summary>
    [JsonPropertyName("virtual_folders")]
    public IReadOnlyList<FolderMapping> VirtualFolders { get; set => field = value ?? []; } = [];

    /// <summary>Owner of what is created, if the server runs as root; 0 leaves the server's.</summary>
    [JsonPropertyName("uid")]
    public long Uid { get; set; }

    /// <summary>Group of what is created, if the server runs as root; 0 leaves the server's.</summary>
    [JsonPropertyName("gid")]
    public long Gid { get; set; }

    /// <summary>Sessions at once; 0 is no limit.</summary>
    [JsonPropertyName("max_sessions")]
    public int MaxSessions { get; set; }

    /// <summary>Bytes; 0 is no limit.</summary>
    [JsonPropertyName("quota_size")]
    public long QuotaSize { get; set; }

    /// <summary>Files; 0 is no limit.</summary>
    [JsonPropertyName("quota_files")]
    public long QuotaFiles { get; set; }

    /// <summary>Permissions by directory; users have one for <c>/</c>.</summary>
    [JsonPropertyName("permissions")]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions { get; set => field = value ?? new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal); } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("upload_bandwidth")]
    public long UploadBandwidth { get; set; }

    /// <summary>KiB/s; 0 is no limit.</summary>
    [JsonPropertyName("download_bandwidth")]
    public long DownloadBandwidth { get; set; }

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("upload_data_transfer")]
    public long UploadDataTransfer { get; set; }

    /// <summary>MiB; 0 is no limit.</summary>
    [JsonPropertyName("download_data_transfer")]
    public long DownloadDataTransfer { get; set; }

    /// <summary>MiB; takes the place of the two; 0 is no limit.</summary>
    [JsonPropertyName("total_data_transfer")]
    public long TotalDataTransfer { get; set; }

    /// <summary>Bytes in use; read only.</summary>
    [JsonPropertyName("used_quota_size")]
    public long UsedQuotaSize { get; set; }

    /// <summary>Files in use; read only.</summary>
    [JsonPropertyName("used_quota_files")]
    public long UsedQuotaFiles { get; set; }

    /// <summary>When that was counted, Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_quota_update")]
    public long LastQuotaUpdate { get; set; }

    /// <summary>Bytes since the last reset; read only.</summary>
    [JsonPropertyName("used_upload_data_transfer")]
    public long UsedUploadDataTransfer { get; set; }

    /// <summary>Bytes since the last reset; read only.</summary>
    [JsonPropertyName("used_download_data_transfer")]
    public long UsedDownloadDataTransfer { get; set; }

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_login")]
    public long LastLogin { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("first_download")]
    public long FirstDownload { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("first_upload")]
    public long FirstUpload { get; set; }

    /// <summary>Unix milliseconds; read only.</summary>
    [JsonPropertyName("last_password_change")]
    public long LastPasswordChange { get; set; }

    /// <summary>Further rules.</summary>
    [JsonPropertyName("filters")]
    public UserFilters Filters { get; set => field = value ?? new(); } = new();

    /// <summary>Backend; provider 0 is the local disk.</summary>
    [JsonPropertyName("filesystem")]
    public FilesystemConfig Filesystem { get; set => field = value ?? new(); } = new();

    /// <summary>For other programs.</summary>
    [JsonPropertyName("additional_info")]
    public string AdditionalInfo { get; set => field = value ?? ""; } = "";

    /// <summary>Memberships.</summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<GroupMapping> Groups { get; set => field = value ?? []; } = [];

    /// <summary>From the identity provider, for the pre-login hook.</summary>
    [JsonPropertyName("oidc_custom_fields")]
    public System.Text.Json.JsonElement? OidcCustomFields { get; set; }

    /// <summary>The role whose administrators see this user; empty is none.</summary>
    [JsonPropertyName("role")]
    public string Role { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.User;

    /// <inheritdoc/>
    string IAccountObject.Name => Username;

    /// <inheritdoc/>
    public override string ToString() => Username;
}
