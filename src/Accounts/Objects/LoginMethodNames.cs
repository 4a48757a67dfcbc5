namespace Hpc.Accounts.Objects;

/// <summary>Names of login methods as they stand in <see cref="IBaseUserFilters.DeniedLoginMethods"/>.</summary>
public static class LoginMethodNames
{
    /// <summary>Public key over SSH.</summary>
    public const string PublicKey = "publickey";

    /// <summary>Password, by every protocol.</summary>
    public const string Password = "password";

    /// <summary>Password over SSH.</summary>
    public const string PasswordOverSsh = "password-over-SSH";

    /// <summary>Keyboard-interactive.</summary>
    public const string KeyboardInteractive = "keyboard-interactive";

    /// <summary>Public key, then password.</summary>
    public const string PublicKeyAndPassword = "publickey+password";

    /// <summary>Public key, then keyboard-interactive.</summary>
    public const string PublicKeyAndKeyboardInteractive = "publickey+keyboard-interactive";

    /// <summary>TLS client certificate.</summary>
    public const string TlsCertificate = "TLSCertificate";

    /// <summary>TLS client certificate, then password.</summary>
    public const string TlsCertificateAndPassword = "TLSCertificate+password";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [PublicKey, Password, PasswordOverSsh, KeyboardInteractive, PublicKeyAndPassword, PublicKeyAndKeyboardInteractive, TlsCertificate, TlsCertificateAndPassword];
}
