namespace Hpc.Crypto.Gcm;

/// <summary>Rounds as a type: the JIT compiles every kernel once per key size with the number folded in, which keeps its states in registers.</summary>
internal interface IAesKeySize
{
    static abstract int Rounds { get; }
}
