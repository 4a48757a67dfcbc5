namespace Hpc.FtpProtocol.Hashes;

/// <summary>A hash and what it is of.</summary>
/// <param name="First">Where it begins.</param>
/// <param name="End">Behind its last byte.</param>
/// <param name="Hash">The hash.</param>
internal readonly record struct HashedRange(long First, long End, byte[] Hash);
