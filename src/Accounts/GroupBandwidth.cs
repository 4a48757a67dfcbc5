namespace Hpc.Accounts;

/// <summary>Bandwidth of all members of a group together, in KiB/s; 0 is no limit.</summary>
/// <param name="Group">The group.</param>
/// <param name="Upload">To the server.</param>
/// <param name="Download">From the server.</param>
public sealed record GroupBandwidth(string Group, long Upload, long Download);
