using System.Net;
using BenchmarkDotNet.Attributes;
using Hpc.Actors.Defender;

namespace Hpc.Benchmarks.Defender;

/// <summary>Looking one address up in 100,000 networks: every tenth is IPv6, every twentieth is nested in another.</summary>
public class NetworkTableBenchmarks
{
    private const int Addresses = 4096;

    private NetworkRule[] _rules = [];
    private NetworkTable _table = NetworkTable.Empty;
    private IPAddress[] _v4 = [];
    private IPAddress[] _v6 = [];
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _rules = [.. Enumerable.Range(0, 100_000).Select(i => Rule(random, i))];
        _table = NetworkTable.Create(_rules);
        _v4 = [.. Enumerable.Range(0, Addresses).Select(_ => Address(random, 4))];
        _v6 = [.. Enumerable.Range(0, Addresses).Select(_ => Address(random, 16))];
    }

    [Benchmark(Description = "IPv4")]
    public NetworkMode FindV4() => _table.Find(_v4[_next++ % Addresses], ListProtocols.Ssh);

    [Benchmark(Description = "IPv6")]
    public NetworkMode FindV6() => _table.Find(_v6[_next++ % Addresses], ListProtocols.Ssh);

    [Benchmark(Description = "Create")]
    public int Create() => NetworkTable.Create(_rules).Count;

    private static NetworkRule Rule(Random random, int i)
    {
        bool isV6 = i % 10 == 0;
        int length = isV6 ? 32 + random.Next(33) : i % 20 == 1 ? 12 + random.Next(8) : 20 + random.Next(13);
        return NetworkPrefix.TryParse($"{Address(random, isV6 ? 16 : 4)}/{length}", out NetworkPrefix network)
            ? new NetworkRule(network, random.Next(2) == 0 ? NetworkMode.Allow : NetworkMode.Deny, (ListProtocols)random.Next(16))
            : throw new InvalidOperationException("The network cannot be read.");
    }

    private static IPAddress Address(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return new IPAddress(bytes);
    }
}
