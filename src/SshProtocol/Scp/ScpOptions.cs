namespace Hpc.SshProtocol.Scp;

/// <summary>What an SCP transfer is told of its session.</summary>
internal sealed record ScpOptions
{
    /// <summary>Depth of directories in one transfer; more is a loop or an attack.</summary>
    public const int MaxDepth = 64;

    /// <summary>What the root directory is called when it is sent: as the user, like a home directory.</summary>
    public string UserName { get; init; } = "";
}
