using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A token.</summary>
public sealed record TokenAnswer
{
    /// <summary>Goes behind <c>Authorization: Bearer</c>.</summary>
    [JsonPropertyName("access_token")]
    public string AccessToken { get; init; } = "";

    /// <summary>From then on it opens nothing.</summary>
    [JsonPropertyName("expires_at")]
    public DateTimeOffset ExpiresAt { get; init; }

    /// <inheritdoc/>
    public override string ToString() => "***";
}
