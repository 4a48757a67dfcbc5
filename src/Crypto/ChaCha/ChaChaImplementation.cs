namespace Hpc.Crypto.ChaCha;

/// <summary>
/// Decides once per process between <see cref="ChaChaKernel"/> and libcrypto: what is chosen is supported by the CPU, has passed
/// <see cref="ChaChaSelfTest"/> and is the faster. Poly1305, and what is less than a step, is libcrypto's in any case.
/// </summary>
internal static class ChaChaImplementation
{
    public const string LibCryptoName = "libcrypto";
    public const string ManagedName = "managed AVX-512, 32 blocks";

    /// <summary>What operators set to <c>libcrypto</c> or <c>managed</c> instead of the measurement. It overrides neither the CPU nor the self-test.</summary>
    public const string Variable = "HPC_CHACHA";

    private static readonly Lazy<ChaChaChoice> Choice = new(() => Choose(
        Environment.GetEnvironmentVariable(Variable),
        ChaChaKernel.IsSupported,
        static () => SelfTest.Passes(ChaChaSelfTest.Passes),
        ChaChaMeasurement.IsFaster));

    public static ChaChaChoice Chosen => Choice.Value;

    /// <summary>The rule alone.</summary>
    public static ChaChaChoice Choose(string? wish, bool isSupported, Func<bool> passes, Func<bool> isFaster)
    {
        if (!string.IsNullOrEmpty(wish) && wish is not ("libcrypto" or "managed"))
        {
            throw new InvalidOperationException($"{Variable} is '{wish}'; it may be 'libcrypto', 'managed' or not set.");
        }

        if (wish == "libcrypto" || !isSupported)
        {
            return new(false, wish == "managed" ? $"{LibCryptoName} (the CPU lacks AVX-512F)" : LibCryptoName);
        }

        if (!passes())
        {
            return new(false, $"{LibCryptoName} (the managed implementation failed its self-test)");
        }

        return wish == "managed" || isFaster() ? new(true, ManagedName) : new(false, LibCryptoName);
    }
}
