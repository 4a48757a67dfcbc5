using System.Net;

namespace Hpc.Server.Configuration;

internal sealed class FtpSection
{
    /// <summary>Empty is no FTP at all.</summary>
    public List<FtpListenerSection> Listeners { get; } = [];

    public string CertificateFile { get; set; } = "";

    public string CertificateKeyFile { get; set; } = "";

    /// <summary>For other names than those of the first certificate.</summary>
    public List<FtpCertificateSection> Certificates { get; } = [];

    public string Banner { get; set; } = "Ready.";

    public string BannerFile { get; set; } = "";

    /// <summary>FIRST-LAST; empty is any port that is free.</summary>
    public string PassivePorts { get; set; } = "50000-50999";

    public bool ActiveMode { get; set; }

    public bool ActiveFromPort20 { get; set; }

    public bool Hashes { get; set; } = true;

    public bool ModeZ { get; set; }

    public bool Combine { get; set; }

    public bool Site { get; set; } = true;

    public int MaxAuthTries { get; set; } = 6;

    public int ConnectSeconds { get; set; } = 20;

    public int StallSeconds { get; set; } = 120;
}

internal sealed class FtpListenerSection
{
    /// <summary>Null is off.</summary>
    public IPEndPoint? Address { get; set; }

    public bool ApplyProxyConfig { get; set; } = true;

    public FtpTlsModeName TlsMode { get; set; }

    public string CertificateFile { get; set; } = "";

    public string CertificateKeyFile { get; set; } = "";

    public HttpTlsVersion MinTlsVersion { get; set; }

    public string CipherSuites { get; set; } = "";

    public HttpClientAuth ClientAuth { get; set; }

    public string ClientCaFile { get; set; } = "";

    public string CaRevocationLists { get; set; } = "";

    public bool RequireTlsReuse { get; set; }

    public bool TolerateMissingCloseNotify { get; set; } = true;

    public bool AllowCcc { get; set; }

    public string PassiveAddress { get; set; } = "";

    public string PassiveHost { get; set; } = "";

    public string PassiveOverrides { get; set; } = "";

    public bool CheckPassivePeer { get; set; } = true;

    public bool CheckActivePeer { get; set; } = true;

    public bool IgnoreAscii { get; set; }

    public bool LogCommands { get; set; }
}

internal sealed class FtpCertificateSection
{
    public string CertificateFile { get; set; } = "";

    public string CertificateKeyFile { get; set; } = "";
}

/// <summary>What TLS is for on an FTP listener.</summary>
internal enum FtpTlsModeName
{
    Optional,
    Control,
    ControlAndData,
    Implicit,
    Off,
}
