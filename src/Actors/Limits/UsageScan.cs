namespace Hpc.Actors.Limits;

/// <summary>A scan that is running.</summary>
/// <param name="Scope">What is counted.</param>
/// <param name="StartedAt">Since when.</param>
/// <param name="Files">Files counted so far.</param>
/// <param name="Bytes">Bytes counted so far.</param>
/// <param name="IsRecovery">True if it follows a crash.</param>
public sealed record UsageScan(string Scope, DateTimeOffset StartedAt, long Files, long Bytes, bool IsRecovery);
