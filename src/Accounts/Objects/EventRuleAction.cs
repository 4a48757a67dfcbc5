using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An action of a rule. In requests its name, order and options; in answers the whole action.</summary>
public sealed record EventRuleAction
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Name of the action.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>Of the action; read only.</summary>
    [JsonPropertyName("type")]
    public int Type { get; set; }

    /// <summary>Of the action; read only.</summary>
    [JsonPropertyName("options")]
    public EventActionOptions? Options { get; set; }

    /// <summary>From 1 on.</summary>
    [JsonPropertyName("order")]
    public int Order { get; set; }

    /// <summary>How it is run.</summary>
    [JsonPropertyName("relation_options")]
    public EventActionRelation RelationOptions { get; set => field = value ?? new(); } = new();
}
