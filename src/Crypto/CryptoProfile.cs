namespace Hpc.Crypto;

/// <summary>How much is offered for the sake of older peers; each profile contains the ones before it.</summary>
public enum CryptoProfile
{
    /// <summary>What auditors have nothing to say about.</summary>
    Default,

    /// <summary>Adds the NIST curves, group 14 and MACs over the clear packet.</summary>
    Compatible,

    /// <summary>Adds SHA-1, CBC, 3DES and 1,024-bit groups, which are broken or about to be; for peers that know nothing else.</summary>
    Legacy,
}
