using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A host that is to be banned by hand.</summary>
public sealed record DefenderBan
{
    /// <summary>Its address; of IPv6 its /64 is meant.</summary>
    [JsonPropertyName("ip")]
    public string Ip { get; set => field = value ?? ""; } = "";

    /// <summary>For how many minutes; 0 as long as the defender would.</summary>
    [JsonPropertyName("minutes")]
    public int Minutes { get; set; }
}
