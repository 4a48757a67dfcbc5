namespace Hpc.LoadTests;

/// <summary>The run cannot go on; the message says why.</summary>
internal sealed class LoadException(string message) : Exception(message);
