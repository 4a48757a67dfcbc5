using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>How a preselected group is given to new users.</summary>
public sealed record AdminGroupMappingOptions
{
    /// <summary>0 membership, 1 primary, 2 secondary.</summary>
    [JsonPropertyName("add_to_users_as")]
    public int AddToUsersAs { get; set; }
}
