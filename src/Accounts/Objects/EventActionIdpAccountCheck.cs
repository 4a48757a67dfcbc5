using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>Accounts from an identity provider.</summary>
public sealed record EventActionIdpAccountCheck
{
    /// <summary>0 creates and updates, 1 creates alone.</summary>
    [JsonPropertyName("mode")]
    public int Mode { get; set; }

    /// <summary>JSON.</summary>
    [JsonPropertyName("template_user")]
    public string TemplateUser { get; set => field = value ?? ""; } = "";

    /// <summary>JSON.</summary>
    [JsonPropertyName("template_admin")]
    public string TemplateAdmin { get; set => field = value ?? ""; } = "";
}
