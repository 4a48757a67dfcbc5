using System.Text.Json.Serialization;
using Hpc.Accounts.Objects;

namespace Hpc.HttpApi.Models;

/// <summary>A one-time password configuration of the server.</summary>
public sealed record TotpConfigAnswer
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; init; } = "";

    /// <summary>What authenticator programs show.</summary>
    [JsonPropertyName("issuer")]
    public string Issuer { get; init; } = "";

    /// <summary><c>sha1</c>, <c>sha256</c> or <c>sha512</c>.</summary>
    [JsonPropertyName("algo")]
    public string Algorithm { get; init; } = "";
}

/// <summary>Asks for a new secret.</summary>
public sealed record TotpGenerate
{
    /// <summary>Which configuration; empty for the first.</summary>
    [JsonPropertyName("config_name")]
    public string ConfigName { get; set => field = value ?? ""; } = "";
}

/// <summary>A new secret.</summary>
public sealed record TotpGenerated
{
    /// <summary>Of which configuration.</summary>
    [JsonPropertyName("config_name")]
    public string ConfigName { get; init; } = "";

    /// <summary>What authenticator programs show.</summary>
    [JsonPropertyName("issuer")]
    public string Issuer { get; init; } = "";

    /// <summary>The secret (base32).</summary>
    [JsonPropertyName("secret")]
    public string Secret { get; init; } = "";

    /// <summary>The same as an <c>otpauth</c> address.</summary>
    [JsonPropertyName("url")]
    public string Url { get; init; } = "";

    /// <summary>The same as a picture (PNG, base64).</summary>
    [JsonPropertyName("qr_code")]
    public string QrCode { get; init; } = "";

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>Tries a code against a secret that is not saved yet.</summary>
public sealed record TotpValidate
{
    /// <summary>Which configuration.</summary>
    [JsonPropertyName("config_name")]
    public string ConfigName { get; set => field = value ?? ""; } = "";

    /// <summary>The code.</summary>
    [JsonPropertyName("passcode")]
    public string Passcode { get; set => field = value ?? ""; } = "";

    /// <summary>The secret (base32).</summary>
    [JsonPropertyName("secret")]
    public string Secret { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>A second factor as it is to be, and what shows that it is the holder of the one before who asks.</summary>
public sealed record TotpSave
{
    /// <summary>True if a code is asked for.</summary>
    [JsonPropertyName("enabled")]
    public bool Enabled { get; set; }

    /// <summary>Which configuration.</summary>
    [JsonPropertyName("config_name")]
    public string ConfigName { get; set => field = value ?? ""; } = "";

    /// <summary>A new secret (base32), or the stored one.</summary>
    [JsonPropertyName("secret")]
    public Secret Secret { get; set => field = value ?? new(); } = new();

    /// <summary>Protocols that ask for a code (SSH, FTP, HTTP); for users alone.</summary>
    [JsonPropertyName("protocols")]
    public IReadOnlyList<string> Protocols { get; set => field = value ?? []; } = [];

    /// <summary>A code of the second factor that is on; no recovery code.</summary>
    [JsonPropertyName("passcode")]
    public string Passcode { get; set => field = value ?? ""; } = "";

    /// <summary>The password of now, instead of the code.</summary>
    [JsonPropertyName("current_password")]
    public string CurrentPassword { get; set => field = value ?? ""; } = "";

    [JsonIgnore]
    internal TotpConfig Config => new() { Enabled = Enabled, ConfigName = ConfigName, Secret = Secret, Protocols = Protocols };

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>Shows that it is the holder of the second factor who asks.</summary>
public sealed record SecondFactorHolder
{
    /// <summary>A code of the second factor that is on; no recovery code.</summary>
    [JsonPropertyName("passcode")]
    public string Passcode { get; set => field = value ?? ""; } = "";

    /// <summary>The password of now, instead of the code.</summary>
    [JsonPropertyName("current_password")]
    public string CurrentPassword { get; set => field = value ?? ""; } = "";

    /// <inheritdoc/>
    public override string ToString() => "***";
}

/// <summary>A recovery code as its owner sees it.</summary>
/// <param name="Code">The code.</param>
/// <param name="IsUsed">It opens nothing any more.</param>
public sealed record RecoveryCodeAnswer(
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("used")] bool IsUsed)
{
    /// <inheritdoc/>
    public override string ToString() => "***";
}
