using System.Text.Json.Serialization;
using Hpc.Accounts.Services;

namespace Hpc.HttpApi.Models;

/// <summary>The answer to what has no other, and to every error (R11.5).</summary>
public sealed record ApiResponse
{
    /// <summary>What was done, or what kind of error it is.</summary>
    [JsonPropertyName("message")]
    public string Message { get; init; } = "";

    /// <summary>What is wrong; absent if nothing is.</summary>
    [JsonPropertyName("error")]
    public string? Error { get; init; }

    /// <summary>Every field that breaks a rule.</summary>
    [JsonPropertyName("errors")]
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>What was done otherwise than it was asked for, one sentence each; absent if nothing was.</summary>
    [JsonPropertyName("warnings")]
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Path">JSON path of the field, like <c>filters.allowed_ip[2]</c>.</param>
/// <param name="Found">What was found; never a secret.</param>
/// <param name="Allowed">What is allowed.</param>
public sealed record FieldError(
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("found")] string Found,
    [property: JsonPropertyName("allowed")] string Allowed)
{
    /// <summary>The same, as services tell it.</summary>
    public static FieldError Of(ObjectError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new(error.Path, error.Found, error.Allowed);
    }

    /// <summary>One sentence.</summary>
    public override string ToString() => new ObjectError(Path, Found, Allowed).ToString();
}
