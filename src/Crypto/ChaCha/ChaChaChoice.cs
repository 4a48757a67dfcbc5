namespace Hpc.Crypto.ChaCha;

/// <summary>What encrypts large packets under chacha20-poly1305, and what it is called in the log.</summary>
/// <param name="IsManaged"><see cref="ChaChaKernel"/> for whole steps, else libcrypto for all.</param>
/// <param name="Name">For the log.</param>
internal sealed record ChaChaChoice(bool IsManaged, string Name);
