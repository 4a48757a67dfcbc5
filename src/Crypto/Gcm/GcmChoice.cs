namespace Hpc.Crypto.Gcm;

/// <summary>Which implementation seals and opens AES-GCM packets of one key size, and what it is called in the log.</summary>
/// <param name="IsManaged"><see cref="AesGcmKernel"/>, else libcrypto.</param>
/// <param name="UsesVaes"><see cref="VaesKernel"/> takes over the kernel's bulk once the peer has logged in.</param>
/// <param name="Name">For the log.</param>
internal sealed record GcmChoice(bool IsManaged, bool UsesVaes, string Name);
