using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>When a rule runs.</summary>
public sealed record Schedule
{
    /// <summary>Cron field.</summary>
    [JsonPropertyName("hour")]
    public string Hours { get; set => field = value ?? ""; } = "";

    /// <summary>Cron field.</summary>
    [JsonPropertyName("day_of_week")]
    public string DayOfWeek { get; set => field = value ?? ""; } = "";

    /// <summary>Cron field.</summary>
    [JsonPropertyName("day_of_month")]
    public string DayOfMonth { get; set => field = value ?? ""; } = "";

    /// <summary>Cron field.</summary>
    [JsonPropertyName("month")]
    public string Month { get; set => field = value ?? ""; } = "";
}
