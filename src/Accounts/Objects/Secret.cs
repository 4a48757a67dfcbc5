using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A value that is kept encrypted (spec rows R3.4 and R16.8). To set one: status <c>Plain</c> and the payload; to keep the stored one: status <c>Redacted</c>.</summary>
public sealed record Secret
{
    /// <summary><c>Plain</c>, <c>Redacted</c>, or how the payload is encrypted: <c>Secretbox</c>, <c>AES-256-GCM</c>, <c>GCP</c>, <c>AWS</c>, <c>VaultTransit</c>, <c>AzureKeyVault</c>, <c>OracleKeyVault</c>.</summary>
    [JsonPropertyName("status")]
    public string Status { get; set => field = value ?? ""; } = "";

    /// <summary>The value, or its ciphertext (base64).</summary>
    [JsonPropertyName("payload")]
    public string Payload { get; set => field = value ?? ""; } = "";

    /// <summary>Key material of the ciphertext (hex); empty in answers.</summary>
    [JsonPropertyName("key")]
    public string Key { get; set => field = value ?? ""; } = "";

    /// <summary>What the ciphertext is bound to: the name of the object; empty in answers.</summary>
    [JsonPropertyName("additional_data")]
    public string AdditionalData { get; set => field = value ?? ""; } = "";

    /// <summary>1 if it is encrypted with a master key.</summary>
    [JsonPropertyName("mode")]
    public int Mode { get; set; }

    /// <summary>True if there is nothing in it.</summary>
    [JsonIgnore]
    public bool IsEmpty => Status.Length == 0 && Payload.Length == 0;

    /// <summary>True if the payload is not encrypted.</summary>
    [JsonIgnore]
    public bool IsPlain => Status == SecretStatus.Plain;

    /// <summary>True if it stands for the value that is stored.</summary>
    [JsonIgnore]
    public bool IsRedacted => Status == SecretStatus.Redacted;

    /// <summary>Without the payload: it may be a secret.</summary>
    public override string ToString() => $"Secret({Status})";
}
