using BenchmarkDotNet.Attributes;
using Hpc.Transport.Buffers;

namespace Hpc.Benchmarks.Transport;

/// <summary>Renting a block and giving it back.</summary>
public class BlockPoolBenchmarks
{
    private readonly BlockPool _pool = new(new BufferBudget(1L << 30));

    [Params(BlockPool.Small, BlockPool.Large)]
    public int Length { get; set; }

    [Benchmark]
    public void RentAndReturn() => _pool.Rent(Length, BufferRole.Receive).Return();
}
