namespace Hpc.LoadTests.Sessions;

/// <summary>The server gave other bytes, sizes or names than it was given.</summary>
#pragma warning disable CA1032 // Made with a message only.
internal sealed class WrongContentException(string message) : IOException(message);
#pragma warning restore CA1032
