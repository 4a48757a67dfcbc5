using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hpc.LoadTests.Report;

/// <summary>A report as JSON, for machines. Names are in snake case and end with their unit.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(LoadReport))]
internal sealed partial class LoadReportJson : JsonSerializerContext
{
    public static string Write(LoadReport report) => JsonSerializer.Serialize(report, Default.LoadReport) + "\n";

    /// <exception cref="JsonException">It is no report.</exception>
    public static LoadReport Read(string json) => JsonSerializer.Deserialize(json, Default.LoadReport) ?? throw new JsonException("No report.");
}
