using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Least counts of characters in a password; 0 asks for nothing (R10.10).</summary>
public sealed record PasswordPolicy
{
    /// <summary>Characters.</summary>
    [JsonPropertyName("length")]
    public int Length { get; set; }

    /// <summary>Upper-case letters.</summary>
    [JsonPropertyName("uppers")]
    public int Uppers { get; set; }

    /// <summary>Lower-case letters.</summary>
    [JsonPropertyName("lowers")]
    public int Lowers { get; set; }

    /// <summary>Digits.</summary>
    [JsonPropertyName("digits")]
    public int Digits { get; set; }

    /// <summary>Others.</summary>
    [JsonPropertyName("specials")]
    public int Specials { get; set; }
}
