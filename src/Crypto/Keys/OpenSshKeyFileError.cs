namespace Hpc.Crypto.Keys;

/// <summary>Why a private key file could not be read.</summary>
public enum OpenSshKeyFileError
{
    /// <summary>It could.</summary>
    None,

    /// <summary>The text holds no private key.</summary>
    NotAKey,

    /// <summary>The key is encrypted and no passphrase was given.</summary>
    PassphraseRequired,

    /// <summary>The passphrase is wrong.</summary>
    WrongPassphrase,

    /// <summary>A key type, cipher or form that is not supported.</summary>
    Unsupported,

    /// <summary>A private key file that is damaged or over its bounds.</summary>
    Malformed,
}
