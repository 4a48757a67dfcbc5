using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Hpc.Events.Rules;

/// <summary>Placeholders in the texts of actions (spec/08 §8.6): <c>{{Name}}</c> and <c>{{.Name}}</c>. What a run has no value for is empty; what is no placeholder stays as it is.</summary>
public static partial class RuleText
{
    private static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "Name", "Event", "Status", "StatusString", "ErrorString", "VirtualPath", "EscapedVirtualPath", "VirtualDirPath", "FsPath", "ObjectName", "ObjectBaseName", "ObjectType", "Ext",
        "VirtualTargetPath", "VirtualTargetDirPath", "TargetName", "FsTargetPath", "FileSize", "Elapsed", "Protocol", "IP", "Role", "Email", "Timestamp", "DateTime", "Year", "Month", "Day",
        "Hour", "Minute", "ObjectData", "ObjectDataString", "RetentionReports", "Metadata", "MetadataString", "UID");

    /// <summary>Puts the values of a run in the place of placeholders.</summary>
    /// <param name="text">Text with placeholders.</param>
    /// <param name="run">Gives the values.</param>
    /// <param name="isJson">The text is JSON, so that values are escaped as parts of a JSON string.</param>
    public static string Fill(string text, RuleRun run, bool isJson = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(run);
        if (!text.Contains("{{", StringComparison.Ordinal))
        {
            return text;
        }

        return Placeholder().Replace(text, match =>
        {
            string name = match.Groups[1].Value;
            if (!Names.Contains(name))
            {
                return match.Value;
            }

            string value = ValueOf(name, run);
            return isJson ? JsonEncodedText.Encode(value).ToString() : value;
        });
    }

    private static string ValueOf(string name, RuleRun run)
    {
        DateTime at = run.At.UtcDateTime;
        return name switch
        {
            "Event" => run.Event,
            "Status" => run.Problems.Count == 0 ? "1" : "2",
            "StatusString" => run.Problems.Count == 0 ? "OK" : "KO",
            "ErrorString" => string.Join("\n", run.Problems),
            "Timestamp" => ((at - DateTime.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture),
            "DateTime" => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff", CultureInfo.InvariantCulture),
            "Year" => at.ToString("yyyy", CultureInfo.InvariantCulture),
            "Month" => at.ToString("MM", CultureInfo.InvariantCulture),
            "Day" => at.ToString("dd", CultureInfo.InvariantCulture),
            "Hour" => at.ToString("HH", CultureInfo.InvariantCulture),
            "Minute" => at.ToString("mm", CultureInfo.InvariantCulture),
            "UID" => run.Id,
            _ => "",
        };
    }

    [GeneratedRegex(@"\{\{\.?([A-Za-z]{1,32})\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
