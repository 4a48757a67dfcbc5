using System.Text.Json.Serialization;

namespace Hpc.Accounts.Objects;

/// <summary>What a group says of its members' logins and names (R3.5 to R3.10).</summary>
public sealed record GroupUserFilters : IBaseUserFilters
{
    /// <summary>Networks (CIDR) that logins may come from; if there are any, others are refused. They win over denied ones.</summary>
    [JsonPropertyName("allowed_ip")]
    public IReadOnlyList<string> AllowedIp { get; set => field = value ?? []; } = [];

    /// <summary>Networks (CIDR) that logins may not come from.</summary>
    [JsonPropertyName("denied_ip")]
    public IReadOnlyList<string> DeniedIp { get; set => field = value ?? []; } = [];

    /// <summary>Login methods that are refused; see <see cref="LoginMethodNames"/>.</summary>
    [JsonPropertyName("denied_login_methods")]
    public IReadOnlyList<string> DeniedLoginMethods { get; set => field = value ?? []; } = [];

    /// <summary>SSH, FTP, DAV or HTTP.</summary>
    [JsonPropertyName("denied_protocols")]
    public IReadOnlyList<string> DeniedProtocols { get; set => field = value ?? []; } = [];

    /// <summary>Name filters by directory.</summary>
    [JsonPropertyName("file_patterns")]
    public IReadOnlyList<PatternsFilter> FilePatterns { get; set => field = value ?? []; } = [];

    /// <summary>Bytes of one file; 0 is no limit.</summary>
    [JsonPropertyName("max_upload_file_size")]
    public long MaxUploadFileSize { get; set; }

    /// <summary><c>CommonName</c>: a TLS client certificate of this name is a credential; empty or <c>None</c>: it is not.</summary>
    [JsonPropertyName("tls_username")]
    public string TlsUsername { get; set => field = value ?? ""; } = "";

    /// <summary>Hooks that are skipped.</summary>
    [JsonPropertyName("hooks")]
    public HooksFilter Hooks { get; set => field = value ?? new(); } = new();

    /// <summary>Skips looking for and creating directories at login.</summary>
    [JsonPropertyName("disable_fs_checks")]
    public bool DisableFsChecks { get; set; }

    /// <summary>What the web client and the user API may not do; see <see cref="WebClientOptions"/>.</summary>
    [JsonPropertyName("web_client")]
    public IReadOnlyList<string> WebClient { get; set => field = value ?? []; } = [];

    /// <summary>API keys may act for this user.</summary>
    [JsonPropertyName("allow_api_key_auth")]
    public bool AllowApiKeyAuth { get; set; }

    /// <summary>Empty, LDAPUser or OSUser: a hint for authentication plugins.</summary>
    [JsonPropertyName("user_type")]
    public string UserType { get; set => field = value ?? ""; } = "";

    /// <summary>Bandwidth by network.</summary>
    [JsonPropertyName("bandwidth_limits")]
    public IReadOnlyList<BandwidthLimit> BandwidthLimits { get; set => field = value ?? []; } = [];

    /// <summary>Transfer volume by network.</summary>
    [JsonPropertyName("data_transfer_limits")]
    public IReadOnlyList<DataTransferLimit> DataTransferLimits { get; set => field = value ?? []; } = [];

    /// <summary>Seconds.</summary>
    [JsonPropertyName("external_auth_cache_time")]
    public long ExternalAuthCacheTime { get; set; }

    /// <summary>Absolute virtual path that sessions begin in.</summary>
    [JsonPropertyName("start_directory")]
    public string StartDirectory { get; set => field = value ?? ""; } = "";

    /// <summary>Protocols that are refused until a second factor is set up (SSH, FTP, HTTP).</summary>
    [JsonPropertyName("two_factor_protocols")]
    public IReadOnlyList<string> TwoFactorProtocols { get; set => field = value ?? []; } = [];

    /// <summary>1 asks for TLS.</summary>
    [JsonPropertyName("ftp_security")]
    public int FtpSecurity { get; set; }

    /// <summary>Any password does; FTP and WebDAV, list and download alone.</summary>
    [JsonPropertyName("is_anonymous")]
    public bool IsAnonymous { get; set; }

    /// <summary>Days; 0 is none.</summary>
    [JsonPropertyName("default_shares_expiration")]
    public int DefaultSharesExpiration { get; set; }

    /// <summary>Days; 0 is no limit.</summary>
    [JsonPropertyName("max_shares_expiration")]
    public int MaxSharesExpiration { get; set; }

    /// <summary>Days; 0 is never.</summary>
    [JsonPropertyName("password_expiration")]
    public int PasswordExpiration { get; set; }

    /// <summary>Least entropy of a new password in bits; 0 is the server's.</summary>
    [JsonPropertyName("password_strength")]
    public int PasswordStrength { get; set; }

    /// <summary>Least counts of characters in a new password.</summary>
    [JsonPropertyName("password_policy")]
    public PasswordPolicy PasswordPolicy { get; set => field = value ?? new(); } = new();

    /// <summary>When logins are allowed; empty is always.</summary>
    [JsonPropertyName("access_time")]
    public IReadOnlyList<TimePeriod> AccessTime { get; set => field = value ?? []; } = [];

    /// <summary>Name of <see cref="TwoFactorProtocols"/> until 2.4; read, never written.</summary>
    [JsonPropertyName("2fa_protocols")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LegacyTwoFactorProtocols
    {
        get => null;
        set => TwoFactorProtocols = value is { Count: > 0 } && TwoFactorProtocols.Count == 0 ? value : TwoFactorProtocols;
    }
}
