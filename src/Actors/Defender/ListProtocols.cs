using Hpc.Accounts.Objects;

namespace Hpc.Actors.Defender;

/// <summary>Protocols of a list's entry, as they are stored.</summary>
[Flags]
public enum ListProtocols
{
    /// <summary>No protocol that lists know.</summary>
    None = 0,

    /// <summary>SFTP, SCP and commands.</summary>
    Ssh = 1,

    /// <summary>FTP.</summary>
    Ftp = 2,

    /// <summary>WebDAV.</summary>
    Dav = 4,

    /// <summary>HTTP.</summary>
    Http = 8,

    /// <summary>Every protocol.</summary>
    All = Ssh | Ftp | Dav | Http,
}

/// <summary>Names of <see cref="ListProtocols"/>.</summary>
public static class ListProtocolNames
{
    /// <summary>The protocol of this name (<see cref="ProtocolNames"/>); none for another name.</summary>
    public static ListProtocols Of(string protocol) => protocol switch
    {
        ProtocolNames.Ssh => ListProtocols.Ssh,
        ProtocolNames.Ftp => ListProtocols.Ftp,
        ProtocolNames.Dav => ListProtocols.Dav,
        ProtocolNames.Http => ListProtocols.Http,
        _ => ListProtocols.None,
    };
}
