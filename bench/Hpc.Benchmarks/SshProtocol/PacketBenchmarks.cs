using BenchmarkDotNet.Attributes;
using Hpc.Benchmarks.Crypto;
using Hpc.Benchmarks.Support;

namespace Hpc.Benchmarks.SshProtocol;

/// <summary>Packets with their headers, padding and sequence numbers, through <c>PacketWriter</c> and <c>PacketReader</c>.</summary>
public class PacketBenchmarks
{
    private const int BatchLength = 8;

    private PacketPair _pair = null!;
    private byte[] _payload = [];

    [ParamsSource(nameof(Ciphers))]
    public string Cipher { get; set; } = "";

    [Params(64, 1024, 32 * 1024)]
    public int Payload { get; set; }

    public static IEnumerable<string> Ciphers => PacketKeys.Ciphers;

    [GlobalSetup]
    public void Setup()
    {
        _pair = new PacketPair(Cipher);
        _payload = new byte[Payload];
    }

    [GlobalCleanup]
    public void Cleanup() => _pair.Dispose();

    [Benchmark]
    public void Write() => _pair.Write(_payload);

    [Benchmark]
    public int WriteAndRead() => _pair.RoundTrip(_payload);

    /// <summary>Per packet.</summary>
    [Benchmark(OperationsPerInvoke = BatchLength)]
    public void WriteBatch() => _pair.WriteBatch(Payload, BatchLength);

    /// <summary>Per packet.</summary>
    [Benchmark(OperationsPerInvoke = BatchLength)]
    public void WriteAndReadBatch() => _pair.RoundTripBatch(Payload, BatchLength);
}
