namespace Hpc.LoadTests.Cli;

/// <summary>What <c>hpc-load</c> returns to the shell.</summary>
internal static class ExitCodes
{
    /// <summary>The run came to its end and all thresholds are met.</summary>
    public const int Success = 0;

    /// <summary>A threshold is missed, or the run failed or was interrupted.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the scenario is wrong.</summary>
    public const int Usage = 2;
}
