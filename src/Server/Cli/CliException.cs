namespace Hpc.Server.Cli;

/// <summary>Ends a command with a sentence for the person who typed it.</summary>
public sealed class CliException : Exception
{
    /// <summary>A failure without a sentence of its own.</summary>
    public CliException()
        : this("The command failed.")
    {
    }

    /// <summary>A failure.</summary>
    public CliException(string message)
        : this(message, ExitCodes.Failure)
    {
    }

    /// <summary>A failure with its cause.</summary>
    public CliException(string message, Exception innerException)
        : base(message, innerException) => ExitCode = ExitCodes.Failure;

    private CliException(string message, int exitCode)
        : base(message) => ExitCode = exitCode;

    /// <summary>What the process returns.</summary>
    public int ExitCode { get; }

    /// <summary>The command line asks for something that makes no sense.</summary>
    public static CliException Usage(string message) => new(message, ExitCodes.Usage);
}
