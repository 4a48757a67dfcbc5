using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>How long files of a directory are kept.</summary>
public sealed record FolderRetention
{
    /// <summary>Absolute virtual path.</summary>
    [JsonPropertyName("path")]
    public string Path { get; set => field = value ?? ""; } = "";

    /// <summary>Hours; 0 keeps everything.</summary>
    [JsonPropertyName("retention")]
    public int Retention { get; set; }

    /// <summary>Removes directories that became empty.</summary>
    [JsonPropertyName("delete_empty_dirs")]
    public bool DeleteEmptyDirs { get; set; }

    /// <summary>Deletes also what the user may not.</summary>
    [JsonPropertyName("ignore_user_permissions")]
    public bool IgnoreUserPermissions { get; set; }
}
