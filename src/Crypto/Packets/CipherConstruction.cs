namespace Hpc.Crypto.Packets;

internal enum CipherConstruction
{
    Gcm,
    ChaChaPoly,

    /// <summary>CTR or CBC: a continuous stream over all packets, with a MAC beside it.</summary>
    Stream,
}
