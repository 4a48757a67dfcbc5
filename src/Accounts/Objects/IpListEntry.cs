using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>A network in one of the lists (spec/06 §6.3).</summary>
public sealed record IpListEntry : IAccountObject
{
    /// <summary>Address or network (CIDR).</summary>
    [JsonPropertyName("ipornet")]
    public string IpOrNet { get; set => field = value ?? ""; } = "";

    /// <summary>For the operator.</summary>
    [JsonPropertyName("description")]
    public string Description { get; set => field = value ?? ""; } = "";

    /// <summary>1 allow list, 2 defender, 3 rate limiter safe list.</summary>
    [JsonPropertyName("type")]
    public int Type { get; set; }

    /// <summary>1 allow, 2 deny.</summary>
    [JsonPropertyName("mode")]
    public int Mode { get; set; }

    /// <summary>Bits: 1 SSH, 2 FTP, 4 DAV, 8 HTTP; 0 is all.</summary>
    [JsonPropertyName("protocols")]
    public int Protocols { get; set; }

    /// <summary>When it was added, Unix milliseconds; read only.</summary>
    [JsonPropertyName("created_at")]
    public long CreatedAt { get; set; }

    /// <summary>When it was last changed, Unix milliseconds; read only.</summary>
    [JsonPropertyName("updated_at")]
    public long UpdatedAt { get; set; }

    /// <inheritdoc/>
    ObjectKind IAccountObject.Kind => ObjectKind.IpListEntry;

    /// <inheritdoc/>
    string IAccountObject.Name => NameOf(Type, IpOrNet);

    /// <summary>Name in the store: an address may stand in several lists.</summary>
    public static string NameOf(int type, string ipOrNet) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{type}/{ipOrNet}");

    /// <inheritdoc/>
    public override string ToString() => IpOrNet;
}
