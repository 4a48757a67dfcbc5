namespace Hpc.Accounts.Objects;

/// <summary>What a user may not do in the web client and by the user API (spec/12 §12.4).</summary>
public static class WebClientOptions
{
    /// <summary>Change public keys.</summary>
    public const string PublicKeyChangeDisabled = "publickey-change-disabled";

    /// <summary>Change files.</summary>
    public const string WriteDisabled = "write-disabled";

    /// <summary>Set up a second factor.</summary>
    public const string MfaDisabled = "mfa-disabled";

    /// <summary>Change the password.</summary>
    public const string PasswordChangeDisabled = "password-change-disabled";

    /// <summary>Allow or forbid API keys.</summary>
    public const string ApiKeyAuthChangeDisabled = "api-key-auth-change-disabled";

    /// <summary>Change description and addresses.</summary>
    public const string InfoChangeDisabled = "info-change-disabled";

    /// <summary>Share files.</summary>
    public const string SharesDisabled = "shares-disabled";

    /// <summary>Reset the password by e-mail.</summary>
    public const string PasswordResetDisabled = "password-reset-disabled";

    /// <summary>Share files without a password.</summary>
    public const string SharesWithoutPasswordDisabled = "shares-without-password-disabled";

    /// <summary>Change TLS certificates.</summary>
    public const string TlsCertChangeDisabled = "tls-cert-change-disabled";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PublicKeyChangeDisabled, WriteDisabled, MfaDisabled, PasswordChangeDisabled, ApiKeyAuthChangeDisabled, InfoChangeDisabled,
        SharesDisabled, PasswordResetDisabled, SharesWithoutPasswordDisabled, TlsCertChangeDisabled,
    ];
}
