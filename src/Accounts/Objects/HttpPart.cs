using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A part of a multipart body.</summary>
public sealed record HttpPart
{
    /// <summary>Name.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>Headers.</summary>
    [JsonPropertyName("headers")]
    public IReadOnlyList<KeyValue> Headers { get; set => field = value ?? []; } = [];

    /// <summary>Virtual path of the file that is sent.</summary>
    [JsonPropertyName("filepath")]
    public string Filepath { get; set => field = value ?? ""; } = "";

    /// <summary>Text that is sent.</summary>
    [JsonPropertyName("body")]
    public string Body { get; set => field = value ?? ""; } = "";
}
