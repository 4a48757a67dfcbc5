using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An action of event rules (spec/08).</summary>
public sealed record EventAction : IAccountObject
{
    /// <summary>Number that the data provider gave it; read only.</summary>
    [JsonPropertyName("id")]
    public long Id { get; set; }

    /// <summary>Unique name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>1 HTTP, 2 command, 3 e-mail, 4 backup, 5 user quota reset, 6 folder quota reset, 7 transfer quota reset, 8 retention check, 9 filesystem, 11 password expiration check, 12 user expiration check, 13 identity provider account check, 14 user inactivity check, 15 log rotation.</summary>
    [JsonPropertyName("type")]
    public int Type { get; set; }

    /// <summary>What it does.</summary>
    [JsonPropertyName("options")]
    public EventActionOptions Options { get; set => field = value ?? new(); } = new();

    /// <summary>Rules that use it; read only.</summary>
    [JsonPropertyName("rules")]
    public IReadOnlyList<string> Rules { get; set => field = value ?? []; } = [];

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.EventAction;

    /// <inheritdoc/>
    string IAccountObject.Name => Name;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
