using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>The first administrator.</summary>
public sealed record SetupRequest
{
    /// <summary>The code that the server printed when it started.</summary>
    [JsonPropertyName("installation_code")]
    public string InstallationCode { get; set => field = value ?? ""; } = "";

    /// <summary>Name of the administrator.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>Its password.</summary>
    [JsonPropertyName("password")]
    public string Password { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public override string ToString() => Username;
}

/// <summary>Whether there is an administrator.</summary>
/// <param name="IsNeeded">True while there is none.</param>
public sealed record SetupState([property: JsonPropertyName("setup_needed")] bool IsNeeded);
