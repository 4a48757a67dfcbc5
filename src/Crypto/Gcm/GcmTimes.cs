namespace Hpc.Crypto.Gcm;

/// <summary>What a large packet takes to seal and open, in ticks of the stopwatch.</summary>
internal readonly record struct GcmTimes(long LibCrypto, long Managed, long Vaes);
