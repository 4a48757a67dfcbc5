using System.Globalization;
using BenchmarkDotNet.Running;
using Hpc.Benchmarks.Accounts;

namespace Hpc.Benchmarks;

/// <summary>Runs the benchmarks that the arguments choose: <c>--filter '*Gcm*'</c>, <c>--list flat</c>, …; or <c>refusals</c>, see <see cref="RefusalTimes"/>.</summary>
internal static class Program
{
    private static async Task Main(string[] args)
    {
        if (args is ["refusals", ..])
        {
            await RefusalTimes.RunAsync(IntegerAt(args, 1, 2000), IntegerAt(args, 2, 4)).ConfigureAwait(false);
            return;
        }

        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new ShortConfig());
    }

    private static int IntegerAt(string[] args, int index, int standard) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : standard;
}
