using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Of the web interface.</summary>
public sealed record AdminPreferences
{
    /// <summary>Bits: 1 groups, 2 filesystem, 4 virtual folders, 8 profile, 16 ACLs, 32 quota and bandwidth, 64 advanced.</summary>
    [JsonPropertyName("hide_user_page_sections")]
    public int HideUserPageSections { get; set; }

    /// <summary>Days; 0 is none.</summary>
    [JsonPropertyName("default_users_expiration")]
    public int DefaultUsersExpiration { get; set; }
}
