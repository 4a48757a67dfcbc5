namespace Hpc.Benchmarks.Crypto;

/// <summary>From a READ request to the largest packet that peers ask for.</summary>
internal static class PacketSizes
{
    public static IReadOnlyList<int> All { get; } = [64, 1024, 4 * 1024, 32 * 1024, 64 * 1024, 256 * 1024];
}
