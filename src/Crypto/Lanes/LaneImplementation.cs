namespace Hpc.Crypto.Lanes;

/// <summary>
/// Decides once per process whether HMAC-SHA-256 of many packets runs in lanes: the CPU has to have the instructions, the kernel to pass
/// <see cref="LaneSelfTest"/> and to be faster with all lanes in use. Few packets, or none but short ones beside a long one, are libcrypto's in any case.
/// </summary>
internal static class LaneImplementation
{
    public const string LibCryptoName = "libcrypto";

    /// <summary>What operators set to <c>libcrypto</c> or <c>lanes</c> instead of the measurement. It overrides neither the CPU nor the self-test.</summary>
    public const string Variable = "HPC_HMAC";

    private static readonly Lazy<LaneChoice> Choice = new(() => Choose(
        Environment.GetEnvironmentVariable(Variable),
        LaneKernel.Best,
        static kernel => SelfTest.Passes(() => LaneSelfTest.Passes(kernel)),
        LaneMeasurement.PassCost));

    public static LaneChoice Chosen => Choice.Value;

    /// <summary>The rule alone.</summary>
    public static LaneChoice Choose(string? wish, LaneKernel? kernel, Func<LaneKernel, bool> passes, Func<LaneKernel, double> passCost)
    {
        if (!string.IsNullOrEmpty(wish) && wish is not ("libcrypto" or "lanes"))
        {
            throw new InvalidOperationException($"{Variable} is '{wish}'; it may be 'libcrypto', 'lanes' or not set.");
        }

        if (wish == "libcrypto" || kernel is null)
        {
            return new(null, 0, wish == "lanes" ? $"{LibCryptoName} (the CPU lacks AVX2)" : LibCryptoName);
        }

        if (!passes(kernel))
        {
            return new(null, 0, $"{LibCryptoName} ({kernel.Name} failed the self-test)");
        }

        double cost = passCost(kernel);
        if (wish == "lanes")
        {
            return new(kernel, Math.Min(cost, kernel.Lanes - 1), kernel.Name);
        }

        return cost < kernel.Lanes ? new(kernel, cost, kernel.Name) : new(null, 0, LibCryptoName);
    }
}
