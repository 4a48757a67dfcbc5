using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Local disk, encrypted.</summary>
public sealed record CryptConfig
{
    /// <summary>Passphrase of the keys.</summary>
    [JsonPropertyName("passphrase")]
    public Secret Passphrase { get; set => field = value ?? new(); } = new();

    /// <summary>MiB, 0 to 10; 0 is none.</summary>
    [JsonPropertyName("read_buffer_size")]
    public int ReadBufferSize { get; set; }

    /// <summary>MiB, 0 to 10; 0 is none.</summary>
    [JsonPropertyName("write_buffer_size")]
    public int WriteBufferSize { get; set; }
}
