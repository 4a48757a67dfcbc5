using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Ctr;

/// <summary>
/// Decides once per process between <see cref="CtrKernel"/> and libcrypto: what is chosen is supported by CPU and system, has passed
/// <see cref="CtrSelfTest"/> and is the faster.
/// </summary>
internal static class CtrImplementation
{
    public const string LibCryptoName = "libcrypto";
    public const string VaesName = "VAES, libcrypto until login";

    /// <summary>What operators set to <c>libcrypto</c> or <c>vaes</c> instead of the measurement. It overrides neither the CPU nor the self-test.</summary>
    public const string Variable = "HPC_CTR";

    private static readonly Lazy<CtrChoice> Choice = new(() => Choose(
        Environment.GetEnvironmentVariable(Variable),
        static () => CtrKernel.IsSupported,
        static () => SelfTest.Passes(CtrSelfTest.Passes),
        CtrMeasurement.IsFaster));

    public static CtrChoice Chosen => Choice.Value;

    /// <summary>Makes the cipher of a direction under an <c>-etm</c> MAC.</summary>
    public static IPacketStream Create(string evpName, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt) =>
        evpName is "AES-128-CTR" or "AES-256-CTR" && Chosen.UsesVaes
            ? new VaesCtrStream(evpName, key, iv)
            : new CipherContext(evpName, key, iv, encrypt);

    /// <summary>The rule alone.</summary>
    public static CtrChoice Choose(string? wish, Func<bool> isSupported, Func<bool> passes, Func<bool> isFaster)
    {
        if (!string.IsNullOrEmpty(wish) && wish is not ("libcrypto" or "vaes"))
        {
            throw new InvalidOperationException($"{Variable} is '{wish}'; it may be 'libcrypto', 'vaes' or not set.");
        }

        if (wish == "libcrypto")
        {
            return new(false, LibCryptoName);
        }

        if (!isSupported())
        {
            return new(false, wish == "vaes" ? $"{LibCryptoName} (CPU or system lacks VAES or executable memory)" : LibCryptoName);
        }

        if (!passes())
        {
            return new(false, $"{LibCryptoName} (VAES failed its self-test)");
        }

        return wish == "vaes" || isFaster() ? new(true, VaesName) : new(false, LibCryptoName);
    }
}
