using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>An e-mail.</summary>
public sealed record EventActionEmailConfig
{
    /// <summary>Addresses.</summary>
    [JsonPropertyName("recipients")]
    public IReadOnlyList<string> Recipients { get; set => field = value ?? []; } = [];

    /// <summary>Addresses.</summary>
    [JsonPropertyName("bcc")]
    public IReadOnlyList<string> Bcc { get; set => field = value ?? []; } = [];

    /// <summary>Subject.</summary>
    [JsonPropertyName("subject")]
    public string Subject { get; set => field = value ?? ""; } = "";

    /// <summary>Text.</summary>
    [JsonPropertyName("body")]
    public string Body { get; set => field = value ?? ""; } = "";

    /// <summary>0 plain, 1 HTML.</summary>
    [JsonPropertyName("content_type")]
    public int ContentType { get; set; }

    /// <summary>Virtual paths.</summary>
    [JsonPropertyName("attachments")]
    public IReadOnlyList<string> Attachments { get; set => field = value ?? []; } = [];
}
