namespace Hpc.Accounts.Usage;

/// <summary>Most that may be in use and reserved; 0 is no limit.</summary>
/// <param name="Files">Files.</param>
/// <param name="Bytes">Bytes of files.</param>
/// <param name="Uploaded">Bytes uploaded.</param>
/// <param name="Downloaded">Bytes downloaded.</param>
/// <param name="Transferred">Bytes both ways together.</param>
public readonly record struct UsageLimits(long Files, long Bytes, long Uploaded, long Downloaded, long Transferred);
