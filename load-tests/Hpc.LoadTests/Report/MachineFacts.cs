using System.Runtime.InteropServices;

namespace Hpc.LoadTests.Report;

/// <summary>What the figures were measured on. Nothing that names the machine or its owner.</summary>
internal sealed record MachineFacts
{
    public string Processor { get; init; } = "";

    public int Processors { get; init; }

    public long MemoryBytes { get; init; }

    public string OperatingSystem { get; init; } = "";

    public string Kernel { get; init; } = "";

    public string Architecture { get; init; } = "";

    public string Runtime { get; init; } = "";

    public static MachineFacts Read() => new()
    {
        Processor = FirstValue("/proc/cpuinfo", "model name") ?? "unknown",
        Processors = Environment.ProcessorCount,
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        OperatingSystem = FirstValue("/etc/os-release", "PRETTY_NAME")?.Trim('"') ?? RuntimeInformation.OSDescription,
        Kernel = Environment.OSVersion.Version.ToString(),
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Runtime = RuntimeInformation.FrameworkDescription,
    };

    /// <summary>What stands behind <c>name :</c> or <c>name=</c> where it first occurs.</summary>
    private static string? FirstValue(string path, string name)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        int end = line?.IndexOfAny([':', '=']) ?? -1;
        return end < 0 ? null : line![(end + 1)..].Trim();
    }
}
