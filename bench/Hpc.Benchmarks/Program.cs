using BenchmarkDotNet.Running;

namespace Hpc.Benchmarks;

/// <summary>Runs the benchmarks that the arguments choose: <c>--filter '*Gcm*'</c>, <c>--list flat</c>, ….</summary>
internal static class Program
{
    private static void Main(string[] args) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new ShortConfig());
}
