namespace Hpc.LoadTests.Measure;

/// <summary>What a session of a scenario does.</summary>
internal enum LoadOperation : byte
{
    /// <summary>From the connection's first byte to the open SFTP channel.</summary>
    Login,
    Open,
    Upload,
    Download,
    List,
    Stat,
    Rename,
    Remove,
    MakeDirectory,
    RemoveDirectory,
    Keepalive,
    Logout,
}
