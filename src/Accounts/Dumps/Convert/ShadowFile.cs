using System.Globalization;

namespace Hpc.Accounts.Dumps.Convert;

/// <summary><c>/etc/shadow</c> (shadow(5)).</summary>
internal static class ShadowFile
{
    //  name:password:last change:min:max:warn:inactive:expire:reserved   days since 1970, empty for none
    private const int LastChangeField = 2;
    private const int MaxField = 4;
    private const int ExpireField = 7;
    private const int LeastFields = 2;

    // What useradd writes for "never".
    private const long NoMaximum = 99_999;

    /// <summary>The lines by name; null without a file.</summary>
    public static IReadOnlyDictionary<string, ShadowEntry>? Read(string? text, ConvertCollector collector)
    {
        if (text is null)
        {
            return null;
        }

        var entries = new Dictionary<string, ShadowEntry>(StringComparer.Ordinal);
        foreach (UserLine line in UserLine.AllOf(text))
        {
            if (line.Fields.Length < LeastFields || line.Name.Length == 0)
            {
                collector.Skip(ConvertCollector.ShadowFile, line.Number, line.Name, "it has fewer than two fields, or no name");
            }
            else if (!entries.TryAdd(line.Name, Read(line.Fields)))
            {
                collector.Skip(ConvertCollector.ShadowFile, line.Number, line.Name, "a line of this name stands above");
            }
        }

        return entries;
    }

    private static ShadowEntry Read(string[] fields)
    {
        long? most = Days(fields, MaxField);
        long? changed = Days(fields, LastChangeField);
        return new ShadowEntry
        {
            Password = fields[1],
            LastChange = changed,
            MustChange = changed == 0,
            MaxDays = most is > 0 and < NoMaximum ? (int)most.Value : 0,
            ExpiresOn = Days(fields, ExpireField),
        };
    }

    private static long? Days(string[] fields, int index) =>
        index < fields.Length && long.TryParse(fields[index], NumberStyles.None, CultureInfo.InvariantCulture, out long days) && days <= 1_000_000 ? days : null;
}
