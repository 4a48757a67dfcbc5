using System.Security.Cryptography;

namespace Hpc.Crypto.KeyAgreement;

internal sealed record KeyExchangeDefinition(string Name, HashAlgorithmName Hash, KeyExchangeFamily Family);
