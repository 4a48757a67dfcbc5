using Hpc.Accounts.Objects;

namespace Hpc.Accounts;

/// <summary>Who may log in how, when and from where. Immutable.</summary>
public sealed record LoginRules
{
    /// <summary>No rules.</summary>
    public static LoginRules None { get; } = new();

    /// <summary>Refused methods; see <see cref="LoginMethodNames"/>.</summary>
    public IReadOnlyList<string> DeniedMethods { get; init; } = [];

    /// <summary>Refused protocols; see <see cref="ProtocolNames"/>.</summary>
    public IReadOnlyList<string> DeniedProtocols { get; init; } = [];

    /// <summary>Networks (CIDR) that logins may come from; if there are any, others are refused. They win over denied ones.</summary>
    public IReadOnlyList<string> AllowedSources { get; init; } = [];

    /// <summary>Networks (CIDR) that logins may not come from.</summary>
    public IReadOnlyList<string> DeniedSources { get; init; } = [];

    /// <summary>When logins are allowed; empty is always.</summary>
    public IReadOnlyList<TimePeriod> AccessTimes { get; init; } = [];

    /// <summary>True if a TLS client certificate of the user's name is a credential.</summary>
    public bool IsCommonNameUser { get; init; }

    /// <summary>PEM certificates that are credentials.</summary>
    public IReadOnlyList<string> TlsCertificates { get; init; } = [];

    /// <summary>True if FTP asks for TLS.</summary>
    public bool IsTlsRequired { get; init; }

    /// <summary>Any password does; FTP and WebDAV alone (R2.3).</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>Protocols that are refused until a second factor is set up.</summary>
    public IReadOnlyList<string> SecondFactorProtocols { get; init; } = [];

    /// <summary>The second factor.</summary>
    public TotpConfig Totp { get; init; } = new();

    /// <summary>True if a recovery code is left.</summary>
    public bool HasRecoveryCodes { get; init; }

    /// <summary>The user must choose a new password (R2.9).</summary>
    public bool RequirePasswordChange { get; init; }

    /// <summary>Passwords are refused from this time on (R2.9); null is never.</summary>
    public DateTimeOffset? PasswordExpiresAt { get; init; }

    /// <summary>API keys may act for this user.</summary>
    public bool AllowApiKeys { get; init; }
}
