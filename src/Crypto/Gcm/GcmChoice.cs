namespace Hpc.Crypto.Gcm;

/// <summary>Which implementation seals and opens AES-GCM packets of one key size, and what it is called in the log.</summary>
internal sealed record GcmChoice(bool IsManaged, string Name);
