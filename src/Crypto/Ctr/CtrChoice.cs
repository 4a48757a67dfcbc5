namespace Hpc.Crypto.Ctr;

/// <summary>What encrypts under aes128-ctr and aes256-ctr with an <c>-etm</c> MAC, and what it is called in the log.</summary>
/// <param name="UsesVaes"><see cref="CtrKernel"/> once the peer has logged in, else libcrypto always.</param>
/// <param name="Name">For the log.</param>
internal sealed record CtrChoice(bool UsesVaes, string Name);
