namespace Hpc.Accounts.Usage;

/// <summary>What a count of the files of a scope found, against what was thought to be there.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Files">By how much the number of files is too low; below 0 if it is too high.</param>
/// <param name="Bytes">By how much the bytes are too low; below 0 if they are too high.</param>
/// <param name="At">When; a correction of a scope with the time of the last one is the same one again and changes nothing.</param>
public sealed record UsageCorrection(string Scope, long Files, long Bytes, DateTimeOffset At);
