using BenchmarkDotNet.Attributes;

namespace Hpc.Benchmarks.Crypto;

/// <summary>
/// Sealing packets of all sizes, and sealing and opening them. What opening takes is the difference: a packet can be opened only once,
/// so it is measured with the sealing that made it.
/// </summary>
public abstract class CipherBenchmarks
{
    private PacketCipherCase _case = null!;

    [ParamsSource(nameof(Sizes))]
    public int Size { get; set; }

    public static IEnumerable<int> Sizes => PacketSizes.All;

    [GlobalSetup]
    public void Setup() => _case = Create();

    [GlobalCleanup]
    public void Cleanup() => _case.Dispose();

    [Benchmark]
    public void Seal() => _case.Seal();

    [Benchmark]
    public void SealAndOpen() => _case.SealAndOpen();

    private protected abstract PacketCipherCase Create();

    private protected static NotSupportedException Unknown(string implementation) => new($"There is no implementation '{implementation}'.");
}
