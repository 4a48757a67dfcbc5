namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>Limits of speed of all members of a group together, in bytes per second; 0 is none.</summary>
/// <param name="Group">The group.</param>
/// <param name="Upload">To the server.</param>
/// <param name="Download">From the server.</param>
public readonly record struct GroupTotal(string Group, long Upload, long Download);
