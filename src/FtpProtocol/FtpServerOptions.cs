using System.Net;

namespace Hpc.FtpProtocol;

/// <summary>How FTP is spoken on one listener.</summary>
public sealed record FtpServerOptions
{
    /// <summary>Text of the greeting 220; lines separated by LF, at most 16 KiB; no code.</summary>
    public string Banner { get; init; } = "Ready.";

    /// <summary>What TLS is for.</summary>
    public FtpTlsMode TlsMode { get; init; } = FtpTlsMode.Optional;

    /// <summary>True if a data connection must resume the TLS session of its own control connection (RFC 4217 §10.2); another, or a new one, is refused with 522.</summary>
    public bool RequiresTlsReuse { get; init; }

    /// <summary>True if a peer that ends a data connection of an upload without close_notify (RFC 8446 §6.1) is taken to have sent everything.</summary>
    public bool ToleratesMissingCloseNotify { get; init; } = true;

    /// <summary>True if the client may go back to a plain control connection after login (CCC, RFC 2228).</summary>
    public bool AllowsClearCommandChannel { get; init; }

    /// <summary>What data connections are like.</summary>
    public FtpDataOptions Data { get; init; } = new();

    /// <summary>True for HASH (draft-bryan-ftp-hash), XCRC, MD5, XMD5, XSHA, XSHA1, XSHA256 and XSHA512.</summary>
    public bool Hashes { get; init; } = true;

    /// <summary>True for MODE Z, which some clients use whenever it is announced; it costs far more CPU than everything else.</summary>
    public bool ModeZ { get; init; } = true;

    /// <summary>True for COMB.</summary>
    public bool Combines { get; init; }

    /// <summary>True for SITE CHMOD, UTIME, SYMLINK, QUOTA.</summary>
    public bool Site { get; init; } = true;

    /// <summary>True if TYPE A is accepted and ignored: bytes are never translated.</summary>
    public bool IgnoresAsciiType { get; init; }

    /// <summary>Failed logins after which the connection ends; 0 is no limit of its own.</summary>
    public int MaxAuthTries { get; init; } = 6;

    /// <summary>Longest command line in bytes, without its end; a longer one is refused with 500 and read over, in constant memory.</summary>
    public int MaxLine { get; init; } = 8192;

    /// <summary>True if every command is logged, without secrets.</summary>
    public bool LogsCommands { get; init; }
}

/// <summary>What TLS is for on an FTP listener.</summary>
public enum FtpTlsMode
{
    /// <summary>None: AUTH is refused.</summary>
    Off,

    /// <summary>For who asks for it by AUTH TLS (RFC 4217).</summary>
    Optional,

    /// <summary>Asked of the control connection before login; data may be clear.</summary>
    Control,

    /// <summary>Asked of the control connection before login, and of every data connection (PROT P).</summary>
    ControlAndData,

    /// <summary>From the first byte on (port 990), and of every data connection.</summary>
    Implicit,
}

/// <summary>What the data connections of a listener are like.</summary>
public sealed record FtpDataOptions
{
    /// <summary>The ports that PASV and EPSV listen on, both included; 0 and 0 for any that is free.</summary>
    public int FirstPassivePort { get; init; }

    /// <summary>The last of the ports.</summary>
    public int LastPassivePort { get; init; }

    /// <summary>The address that PASV tells clients, IPv4; null for the one that the control connection came to.</summary>
    public IPAddress? ExternalAddress { get; init; }

    /// <summary>A host name that is looked up for each PASV (kept for a minute), where <see cref="ExternalAddress"/> is null; null for none.</summary>
    public string? ExternalHost { get; init; }

    /// <summary>Other addresses for clients of some networks; the first that holds the client counts, before <see cref="ExternalAddress"/>.</summary>
    public IReadOnlyList<FtpAddressOverride> Overrides { get; init; } = [];

    /// <summary>True if PORT and EPRT are allowed: the server then calls the client's own address, never another one, and no port below 1024.</summary>
    public bool ActiveMode { get; init; }

    /// <summary>True if the server calls from port 20 (it must be allowed to).</summary>
    public bool ActiveFromPort20 { get; init; }

    /// <summary>True if a data connection may come from another address than the control connection's client. Not recommended (RFC 2577 §4).</summary>
    public bool AllowsForeignPassivePeer { get; init; }

    /// <summary>True if the server may call another address than the control connection's client. Not recommended (RFC 2577 §3).</summary>
    public bool AllowsForeignActivePeer { get; init; }

    /// <summary>How long a data connection may take to come, its TLS handshake included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a data connection may move nothing while neither storage nor a limit holds it up.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>The address that PASV tells clients of some networks.</summary>
/// <param name="Networks">In CIDR form.</param>
/// <param name="Address">IPv4; null for the one that the control connection came to.</param>
public sealed record FtpAddressOverride(IReadOnlyList<string> Networks, IPAddress? Address);
