using System.Globalization;

namespace Hpc.TestKit;

/// <summary>Processor time and resident memory of a process, its living children and those it has waited for.</summary>
public readonly record struct ProcessUsage(TimeSpan Cpu, long ResidentBytes)
{
    // Linux reports /proc times in USER_HZ, which is 100 on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>Reads the figures of a process and everything below it.</summary>
    public static ProcessUsage OfTree(int processId)
    {
        var cpu = TimeSpan.Zero;
        long resident = 0;
        foreach (int id in Descendants(processId).Append(processId))
        {
            string[] fields = StatFields(id);
            if (fields.Length < 24)
            {
                continue;
            }

            // proc(5): utime, stime, cutime, cstime are fields 14–17; the array starts at field 3.
            double ticks = fields[11..15].Sum(field => double.Parse(field, CultureInfo.InvariantCulture));
            cpu += TimeSpan.FromSeconds(ticks / TicksPerSecond);
            resident += long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }

        return new ProcessUsage(cpu, resident);
    }

    /// <summary>The living processes below a process.</summary>
    public static IReadOnlyList<int> Descendants(int processId)
    {
        var parents = new Dictionary<int, int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && StatFields(id) is { Length: > 1 } fields)
            {
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
            }
        }

        var found = new List<int>();
        var open = new Queue<int>([processId]);
        while (open.TryDequeue(out int parent))
        {
            foreach (int child in parents.Where(pair => pair.Value == parent).Select(pair => pair.Key))
            {
                found.Add(child);
                open.Enqueue(child);
            }
        }

        return found;
    }

    private static string[] StatFields(int processId)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
