using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A zip file that is made.</summary>
public sealed record EventActionFsCompress
{
    /// <summary>Virtual path of the zip file.</summary>
    [JsonPropertyName("name")]
    public string Name { get; set => field = value ?? ""; } = "";

    /// <summary>What goes into it.</summary>
    [JsonPropertyName("paths")]
    public IReadOnlyList<string> Paths { get; set => field = value ?? []; } = [];
}
