namespace Hpc.LoadTests.Cli;

/// <summary>The command line is wrong; the message says how.</summary>
#pragma warning disable CA1032 // Made with a message only.
internal sealed class UsageException(string message) : Exception(message);
#pragma warning restore CA1032
