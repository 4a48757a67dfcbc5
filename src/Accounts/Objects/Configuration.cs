using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Settings of the server that are kept in the data provider (R9.17).</summary>
public sealed record Configuration : IAccountObject
{
    /// <summary>Algorithms.</summary>
    [JsonPropertyName("sftp")]
    public System.Text.Json.JsonElement? Sftp { get; set; }

    /// <summary>Mail.</summary>
    [JsonPropertyName("smtp")]
    public System.Text.Json.JsonElement? Smtp { get; set; }

    /// <summary>Certificates.</summary>
    [JsonPropertyName("acme")]
    public System.Text.Json.JsonElement? Acme { get; set; }

    /// <summary>Names and pictures.</summary>
    [JsonPropertyName("branding")]
    public System.Text.Json.JsonElement? Branding { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <summary>There is one.</summary>
    public const string OnlyName = "configs";

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.Configuration;

    /// <inheritdoc/>
    string IAccountObject.Name => OnlyName;
}
