using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An HTTP call.</summary>
public sealed record EventActionHttpConfig
{
    /// <summary>URL.</summary>
    [JsonPropertyName("endpoint")]
    public string Endpoint { get; set => field = value ?? ""; } = "";

    /// <summary>User name.</summary>
    [JsonPropertyName("username")]
    public string Username { get; set => field = value ?? ""; } = "";

    /// <summary>Password.</summary>
    [JsonPropertyName("password")]
    public Secret Password { get; set => field = value ?? new(); } = new();

    /// <summary>Headers.</summary>
    [JsonPropertyName("headers")]
    public IReadOnlyList<KeyValue> Headers { get; set => field = value ?? []; } = [];

    /// <summary>Seconds, 1 to 180.</summary>
    [JsonPropertyName("timeout")]
    public int Timeout { get; set; }

    /// <summary>Accepts any certificate.</summary>
    [JsonPropertyName("skip_tls_verify")]
    public bool SkipTlsVerify { get; set; }

    /// <summary>GET, POST, PUT or DELETE.</summary>
    [JsonPropertyName("method")]
    public string Method { get; set => field = value ?? ""; } = "";

    /// <summary>Query.</summary>
    [JsonPropertyName("query_parameters")]
    public IReadOnlyList<KeyValue> QueryParameters { get; set => field = value ?? []; } = [];

    /// <summary>Body.</summary>
    [JsonPropertyName("body")]
    public string Body { get; set => field = value ?? ""; } = "";

    /// <summary>Multipart body.</summary>
    [JsonPropertyName("parts")]
    public IReadOnlyList<HttpPart> Parts { get; set => field = value ?? []; } = [];
}
