using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A new API key; the only answer that the key is in.</summary>
public sealed record ApiKeyCreated
{
    /// <summary>What was done.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    /// <summary>Goes into <c>X-SFTPGO-API-KEY</c>.</summary>
    [JsonPropertyName("key")]
    public string Key { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => Message;
}
