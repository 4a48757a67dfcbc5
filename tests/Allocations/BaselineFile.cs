using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Hpc.Allocations.Tests;

/// <summary><c>bench/baselines/allocations.json</c>: bytes per operation, by name.</summary>
internal static class BaselineFile
{
    /// <summary>Set to 1, it makes a run write what it finds instead of comparing.</summary>
    public const string WriteVariable = "HPC_WRITE_BASELINES";

    public const string HowToUpdate =
        $"If that is meant: {WriteVariable}=1 dotnet test tests/Allocations -c Release, and commit bench/baselines/allocations.json with the reason.";

    private const string Marker = "Hpc.sln";
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n" };

    public static bool IsWriting { get; } = Environment.GetEnvironmentVariable(WriteVariable) == "1";

    private static string FilePath { get; } = Path.Combine(FindRoot(), "bench", "baselines", "allocations.json");

    public static SortedDictionary<string, long> Read() => File.Exists(FilePath)
        ? new(JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(FilePath))!, StringComparer.Ordinal)
        : new(StringComparer.Ordinal);

    public static void Write(string name, long bytes)
    {
        SortedDictionary<string, long> baselines = Read();
        baselines[name] = bytes;
        Write(baselines);
    }

    public static void Write(SortedDictionary<string, long> baselines)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, JsonSerializer.Serialize(baselines, Format) + "\n");
    }

    // The build may put its output outside the checkout; then this source file says where the checkout is.
    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (string start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(thisFile)! })
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, Marker)))
                {
                    return folder.FullName;
                }
            }
        }

        throw new DirectoryNotFoundException($"No {Marker} above the test's output or this source file.");
    }
}
