using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A dump of everything (R9.9), in the form of versions 13 to 17.</summary>
public sealed record BackupData
{
    /// <summary>Users.</summary>
    [JsonPropertyName("users")]
    public IReadOnlyList<User> Users { get; set => field = value ?? []; } = [];

    /// <summary>Groups.</summary>
    [JsonPropertyName("groups")]
    public IReadOnlyList<Group> Groups { get; set => field = value ?? []; } = [];

    /// <summary>Virtual folders.</summary>
    [JsonPropertyName("folders")]
    public IReadOnlyList<Folder> Folders { get; set => field = value ?? []; } = [];

    /// <summary>Administrators.</summary>
    [JsonPropertyName("admins")]
    public IReadOnlyList<Admin> Admins { get; set => field = value ?? []; } = [];

    /// <summary>API keys.</summary>
    [JsonPropertyName("api_keys")]
    public IReadOnlyList<ApiKey> ApiKeys { get; set => field = value ?? []; } = [];

    /// <summary>Shares.</summary>
    [JsonPropertyName("shares")]
    public IReadOnlyList<Share> Shares { get; set => field = value ?? []; } = [];

    /// <summary>Actions.</summary>
    [JsonPropertyName("event_actions")]
    public IReadOnlyList<EventAction> EventActions { get; set => field = value ?? []; } = [];

    /// <summary>Rules.</summary>
    [JsonPropertyName("event_rules")]
    public IReadOnlyList<EventRule> EventRules { get; set => field = value ?? []; } = [];

    /// <summary>Roles.</summary>
    [JsonPropertyName("roles")]
    public IReadOnlyList<Role> Roles { get; set => field = value ?? []; } = [];

    /// <summary>Networks.</summary>
    [JsonPropertyName("ip_lists")]
    public IReadOnlyList<IpListEntry> IpLists { get; set => field = value ?? []; } = [];

    /// <summary>Settings.</summary>
    [JsonPropertyName("configs")]
    public Configuration? Configs { get; set; }

    /// <summary>Of the form.</summary>
    [JsonPropertyName("version")]
    public int Version { get; set; }
}
