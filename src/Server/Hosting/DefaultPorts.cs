namespace Hpc.Server.Hosting;

/// <summary>Ports that are used when nothing else is configured.</summary>
internal static class DefaultPorts
{
    public const int Ssh = 2022;

    public const int Admin = 8022;

    public const int Http = 8080;
}
