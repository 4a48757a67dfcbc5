namespace Hpc.Crypto.Gcm;

/// <summary>What <see cref="GcmImplementation.Choose(string, GcmCandidates)"/> asks, in this order and only as far as needed.</summary>
internal sealed class GcmCandidates
{
    /// <summary>The CPU has what <see cref="AesGcmKernel"/> needs.</summary>
    public required bool IsManagedSupported { get; init; }

    /// <summary>The kernel passes <see cref="GcmSelfTest"/>.</summary>
    public required Func<bool> ManagedPasses { get; init; }

    /// <summary>CPU and system have what <see cref="VaesKernel"/> needs.</summary>
    public required Func<bool> IsVaesSupported { get; init; }

    /// <summary>The kernel passes <see cref="GcmSelfTest"/> with VAES.</summary>
    public required Func<bool> VaesPasses { get; init; }

    /// <summary>All three side by side; that of VAES is the largest number if it is not to be used.</summary>
    public required Func<bool, GcmTimes> Measure { get; init; }
}
