using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Local disk.</summary>
public sealed record OsFilesystemConfig
{
    /// <summary>MiB, 0 to 10; 0 is none.</summary>
    [JsonPropertyName("read_buffer_size")]
    public int ReadBufferSize { get; set; }

    /// <summary>MiB, 0 to 10; 0 is none.</summary>
    [JsonPropertyName("write_buffer_size")]
    public int WriteBufferSize { get; set; }
}
