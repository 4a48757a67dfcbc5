using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>When logins are allowed (bounds included; UTC unless the server is set to local time).</summary>
public sealed record TimePeriod
{
    /// <summary>0 is Sunday.</summary>
    [JsonPropertyName("day_of_week")]
    public int DayOfWeek { get; set; }

    /// <summary>HH:MM.</summary>
    [JsonPropertyName("from")]
    public string From { get; set => field = value ?? ""; } = "";

    /// <summary>HH:MM.</summary>
    [JsonPropertyName("to")]
    public string To { get; set => field = value ?? ""; } = "";
}
