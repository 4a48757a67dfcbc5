using System.Text.Json.Serialization;

namespace Hpc.HttpApi.Models;

/// <summary>A new password in the place of an old one.</summary>
public sealed record PasswordChange
{
    /// <summary>The password of now.</summary>
    [JsonPropertyName("current_password")]
    public string CurrentPassword { get; set => field = value ?? ""; } = "";

    /// <summary>The password from now on.</summary>
    [JsonPropertyName("new_password")]
    public string NewPassword { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>A new password with a code that came by mail.</summary>
public sealed record PasswordReset
{
    /// <summary>The code.</summary>
    [JsonPropertyName("code")]
    public string Code { get; set => field = value ?? ""; } = "";

    /// <summary>The password from now on.</summary>
    [JsonPropertyName("password")]
    public string Password { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public override string ToString() => "***";
}
