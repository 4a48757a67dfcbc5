namespace Hpc.Accounts.Objects;

/// <summary>Names of protocols as they stand in <see cref="IBaseUserFilters.DeniedProtocols"/> (spec row R0.4).</summary>
public static class ProtocolNames
{
    /// <summary>SFTP, SCP and commands.</summary>
    public const string Ssh = "SSH";

    /// <summary>FTP, with and without TLS.</summary>
    public const string Ftp = "FTP";

    /// <summary>WebDAV.</summary>
    public const string Dav = "DAV";

    /// <summary>The web client and the user's REST API.</summary>
    public const string Http = "HTTP";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Ssh, Ftp, Dav, Http];

    /// <summary>Those that know a second factor.</summary>
    public static IReadOnlyList<string> WithSecondFactor { get; } = [Ssh, Ftp, Http];
}
