namespace Hpc.Crypto.Packets;

/// <summary>A packet cipher and how libcrypto calls it.</summary>
internal sealed record CipherDefinition(CipherInfo Info, CipherConstruction Construction, string EvpName);
