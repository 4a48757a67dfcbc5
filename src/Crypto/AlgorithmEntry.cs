namespace Hpc.Crypto;

/// <summary>One row of the catalog.</summary>
/// <param name="Kind">What the name names.</param>
/// <param name="Profile">First profile that offers it.</param>
/// <param name="Name">SSH name.</param>
internal readonly record struct AlgorithmEntry(AlgorithmKind Kind, CryptoProfile Profile, string Name);
