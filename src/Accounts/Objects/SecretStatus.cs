namespace Hpc.Accounts.Objects;

/// <summary>Values of <see cref="Secret.Status"/> that the server itself makes.</summary>
public static class SecretStatus
{
    /// <summary>The payload is the value.</summary>
    public const string Plain = "Plain";

    /// <summary>Stands for the value that is stored.</summary>
    public const string Redacted = "Redacted";

    /// <summary>XSalsa20-Poly1305 under a key beside it or a master key (R16.8).</summary>
    public const string Secretbox = "Secretbox";

    /// <summary>AES-256-GCM, of early versions.</summary>
    public const string AesGcm = "AES-256-GCM";
}
