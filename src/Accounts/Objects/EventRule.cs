using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A rule that runs actions (spec/08).</summary>
public sealed record EventRule : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Unique name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>1 enabled, 0 disabled.</summary>
    [JsonPropertyName("status")]
    public int Status { get; set; }

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>1 file event, 2 provider event, 3 schedule, 4 blocked address, 5 certificate, 6 on demand, 7 identity provider login.</summary>
    [JsonPropertyName("trigger")]
    public int Trigger { get; set; }

    /// <summary>What it waits for.</summary>
    [JsonPropertyName("conditions")]
    public EventConditions Conditions { get; set => field = value ?? new(); } = new();

    /// <summary>What it runs.</summary>
    [JsonPropertyName("actions")]
    public IReadOnlyList<EventRuleAction> Actions { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.EventRule;

    /// <inheritdoc/>
    string IAccountObject.Name => Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
