namespace Hpc.Crypto.KeyAgreement;

internal enum KeyExchangeFamily
{
    Curve25519,
    NistCurve,
    FixedGroup,
    GroupExchange,
}
