using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A group (spec/03 §3.3).</summary>
public sealed record Group : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Unique name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>What members get.</summary>
    [JsonPropertyName("user_settings")]
    public GroupUserSettings UserSettings { get; set => field = value ?? new(); } = new();

    /// <summary>KiB/s of all uploads of all members together; 0 is no limit.</summary>
    [JsonPropertyName("total_upload_bandwidth")]
    public long TotalUploadBandwidth { get; set; }

    /// <summary>KiB/s of all downloads of all members together; 0 is no limit.</summary>
    [JsonPropertyName("total_download_bandwidth")]
    public long TotalDownloadBandwidth { get; set; }

    /// <summary>Folders in the members' trees.</summary>
    [JsonPropertyName("virtual_folders")]
    public IReadOnlyList<FolderMapping> VirtualFolders { get; set => field = value ?? []; } = [];

    /// <summary>Members; read only.</summary>
    [JsonPropertyName("users")]
    public IReadOnlyList<string> Users { get; set => field = value ?? []; } = [];

    /// <summary>Administrators that it is preselected for; read only.</summary>
    [JsonPropertyName("admins")]
    public IReadOnlyList<string> Admins { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Group;

    /// <inheritdoc/>
    string IAccountObject.Name => Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
