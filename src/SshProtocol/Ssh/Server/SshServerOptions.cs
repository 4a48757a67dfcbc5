using Hpc.Crypto;
using Hpc.Crypto.Keys;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>How an SSH listener behaves. Made once per listener; host keys may be replaced while it runs.</summary>
public sealed record SshServerOptions
{
    /// <summary>Host keys, best first. Each signature algorithm of the profile that one of them can do is offered.</summary>
    public required IReadOnlyList<SshPrivateKey> HostKeys { get; init; }

    /// <summary>Which algorithms are offered.</summary>
    public CryptoProfile Profile { get; init; } = CryptoProfile.Default;

    /// <summary>Software version in the identification string (RFC 4253 §4.2): printable ASCII without blanks and minus signs.</summary>
    public string SoftwareVersion { get; init; } = "hpc";

    /// <summary>Text shown before login (RFC 4252 §5.4), or null. Lines end with CR LF on the wire.</summary>
    public string? Banner { get; init; }

    /// <summary>Failed login attempts after which the connection ends (OpenSSH: MaxAuthTries).</summary>
    public int MaxAuthTries { get; init; } = 6;

    /// <summary>False refuses the method <c>password</c> (R2.6).</summary>
    public bool PasswordAuthentication { get; init; } = true;

    /// <summary>False refuses the method <c>keyboard-interactive</c> (R2.17).</summary>
    public bool KeyboardInteractiveAuthentication { get; init; } = true;

    /// <summary>Bytes in one direction after which keys are changed.</summary>
    public long RekeyBytes { get; init; } = 1L << 30;

    /// <summary>Time after which keys are changed.</summary>
    public TimeSpan RekeyInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Quiet time after which the client is asked for a sign of life; zero for never.</summary>
    public TimeSpan KeepaliveInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Unanswered keepalives after which the connection ends.</summary>
    public int KeepaliveCountMax { get; init; } = 5;

    /// <summary>Channels per connection (OpenSSH: MaxSessions).</summary>
    public int MaxChannels { get; init; } = 10;

    /// <summary>Open files and directories per SFTP session.</summary>
    public int MaxHandles { get; init; } = 1024;
}
