namespace Hpc.Crypto.Packets;

/// <summary>A packet MAC and how libcrypto calls its digest.</summary>
internal sealed record MacDefinition(MacInfo Info, string Digest);
