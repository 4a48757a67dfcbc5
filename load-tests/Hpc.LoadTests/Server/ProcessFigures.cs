using System.Globalization;

namespace Hpc.LoadTests.Server;

/// <summary>What the kernel says of a process (proc(5)).</summary>
/// <param name="ResidentKib">VmRSS.</param>
/// <param name="AnonymousKib">RssAnon: heap, stacks and native memory, without mapped files.</param>
/// <param name="Cpu">User and system time so far.</param>
internal readonly record struct ProcessFigures(long ResidentKib, long AnonymousKib, TimeSpan Cpu)
{
    // Linux reports /proc times in USER_HZ, which is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    public static ProcessFigures Of(int processId)
    {
        string[] status = File.ReadAllLines($"/proc/{processId}/status");
        string stat = File.ReadAllText($"/proc/{processId}/stat");

        // Fields after the command in parentheses begin with the third; utime and stime are the 14th and 15th.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessFigures(Kib(status, "VmRSS:"), Kib(status, "RssAnon:"), TimeSpan.FromSeconds(ticks / TicksPerSecond));
    }

    /// <summary>Most resident memory so far (VmHWM).</summary>
    public static long PeakKib(int processId) => Kib(File.ReadAllLines($"/proc/{processId}/status"), "VmHWM:");

    /// <summary>Descriptors that this process may have open.</summary>
    public static long DescriptorLimit()
    {
        string line = Array.Find(File.ReadAllLines("/proc/self/limits"), static line => line.StartsWith("Max open files", StringComparison.Ordinal)) ?? "";
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 3 && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : long.MaxValue;
    }

    private static long Kib(string[] status, string name)
    {
        string line = Array.Find(status, line => line.StartsWith(name, StringComparison.Ordinal)) ?? throw new LoadException($"/proc has no {name}");
        return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
