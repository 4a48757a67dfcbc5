using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Benchmarks.Transport;

/// <summary>Bytes through the pipes of a connection in memory: written, flushed and read on the other end.</summary>
public class PipeBenchmarks
{
    private readonly BlockPool _pool = new(new BufferBudget(1L << 30));
    private MemoryConnection _from = null!;
    private MemoryConnection _to = null!;

    [Params(64, 32 * 1024, 256 * 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup() => (_from, _to) = MemoryConnection.CreatePair(_pool);

    [GlobalCleanup]
    public void Cleanup()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Benchmark]
    public async Task WriteAndReadAsync()
    {
        _from.Output.GetSpan(Length);
        _from.Output.Advance(Length);
        ValueTask<FlushResult> flush = _from.Output.FlushAsync();
        for (long left = Length; left > 0;)
        {
            ReadResult read = await _to.Input.ReadAsync().ConfigureAwait(false);
            left -= read.Buffer.Length;
            _to.Input.AdvanceTo(read.Buffer.End);
        }

        await flush.ConfigureAwait(false);
    }
}
