namespace Hpc.Server.Cli;

/// <summary>What <c>hpc</c> returns to the shell.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    public const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;
}
