namespace Hpc.Accounts.Objects;

/// <summary>What users and groups have in common.</summary>
public interface IBaseUserFilters
{
    /// <summary>Networks (CIDR) that logins may come from; if there are any, others are refused. They win over denied ones.</summary>
    IReadOnlyList<string> AllowedIp { get; set; }

    /// <summary>Networks (CIDR) that logins may not come from.</summary>
    IReadOnlyList<string> DeniedIp { get; set; }

    /// <summary>Login methods that are refused; see <see cref="LoginMethodNames"/>.</summary>
    IReadOnlyList<string> DeniedLoginMethods { get; set; }

    /// <summary>SSH, FTP, DAV or HTTP.</summary>
    IReadOnlyList<string> DeniedProtocols { get; set; }

    /// <summary>Name filters by directory.</summary>
    IReadOnlyList<PatternsFilter> FilePatterns { get; set; }

    /// <summary>Bytes of one file; 0 is no limit.</summary>
    long MaxUploadFileSize { get; set; }

    /// <summary><c>CommonName</c>: a TLS client certificate of this name is a credential; empty or <c>None</c>: it is not.</summary>
    string TlsUsername { get; set; }

    /// <summary>Hooks that are skipped.</summary>
    HooksFilter Hooks { get; set; }

    /// <summary>Skips looking for and creating directories at login.</summary>
    bool DisableFsChecks { get; set; }

    /// <summary>What the web client and the user API may not do; see <see cref="WebClientOptions"/>.</summary>
    IReadOnlyList<string> WebClient { get; set; }

    /// <summary>API keys may act for this user.</summary>
    bool AllowApiKeyAuth { get; set; }

    /// <summary>Empty, LDAPUser or OSUser: a hint for authentication plugins.</summary>
    string UserType { get; set; }

    /// <summary>Bandwidth by network.</summary>
    IReadOnlyList<BandwidthLimit> BandwidthLimits { get; set; }

    /// <summary>Transfer volume by network.</summary>
    IReadOnlyList<DataTransferLimit> DataTransferLimits { get; set; }

    /// <summary>Seconds.</summary>
    long ExternalAuthCacheTime { get; set; }

    /// <summary>Absolute virtual path that sessions begin in.</summary>
    string StartDirectory { get; set; }

    /// <summary>Protocols that are refused until a second factor is set up (SSH, FTP, HTTP).</summary>
    IReadOnlyList<string> TwoFactorProtocols { get; set; }

    /// <summary>1 asks for TLS.</summary>
    int FtpSecurity { get; set; }

    /// <summary>Any password does; FTP and WebDAV, list and download alone.</summary>
    bool IsAnonymous { get; set; }

    /// <summary>Days; 0 is none.</summary>
    int DefaultSharesExpiration { get; set; }

    /// <summary>Days; 0 is no limit.</summary>
    int MaxSharesExpiration { get; set; }

    /// <summary>Days; 0 is never.</summary>
    int PasswordExpiration { get; set; }

    /// <summary>Least entropy of a new password in bits; 0 is the server's.</summary>
    int PasswordStrength { get; set; }

    /// <summary>Least counts of characters in a new password.</summary>
    PasswordPolicy PasswordPolicy { get; set; }

    /// <summary>When logins are allowed; empty is always.</summary>
    IReadOnlyList<TimePeriod> AccessTime { get; set; }
}
