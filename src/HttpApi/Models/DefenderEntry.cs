using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A host with a score, or banned (R6.9).</summary>
public sealed record DefenderEntry
{
    /// <summary>The text of the address in hexadecimal digits.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    /// <summary>The address.</summary>
    [JsonPropertyName("ip")]
    public string Ip { get; init; } = "";

    /// <summary>0 while it is banned.</summary>
    [JsonPropertyName("score")]
    public int Score { get; init; }

    /// <summary>When the ban ends; absent if it is not banned.</summary>
    [JsonPropertyName("ban_time")]
    public DateTimeOffset? BanTime { get; init; }
}
