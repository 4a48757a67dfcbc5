using System.Globalization;
using System.Net;

namespace Hpc.Server.Configuration;

/// <summary>Makes <see cref="ConfigurationKey"/>s of each kind of value.</summary>
internal static class Keys
{
    public static ConfigurationKey Integer(string path, int min, int max, Func<HpcOptions, int> get, Action<HpcOptions, int> set, string description) => new()
    {
        Path = path,
        Allowed = $"a whole number from {min} to {max}",
        Description = description,
        Read = (options, _) => get(options),
        TryApply = (options, _, entry) =>
        {
            bool isAllowed = IsNumeric(entry) && int.TryParse(entry.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= min && value <= max && Set(set, options, value);
            return isAllowed;
        },
    };

    public static ConfigurationKey ByteSize(string path, long min, long max, Func<HpcOptions, long> get, Action<HpcOptions, long> set, string description) => new()
    {
        Path = path,
        Allowed = $"bytes from {ByteSizeText.Format(min)} to {ByteSizeText.Format(max)}, as a number or with a unit (\"512MiB\", \"1GiB\")",
        Description = description,
        Read = (options, _) => get(options),
        TryApply = (options, _, entry) => entry.Kind is EntryKind.Number or EntryKind.String or EntryKind.Plain
            && ByteSizeText.TryParse(entry.Text, out long value) && value >= min && value <= max && Set(set, options, value),
    };

    public static ConfigurationKey Boolean(string path, Func<HpcOptions, bool> get, Action<HpcOptions, bool> set, string description) => new()
    {
        Path = path,
        Allowed = "true or false",
        Description = description,
        Read = (options, _) => get(options),
        TryApply = (options, _, entry) => entry.Kind is EntryKind.Boolean or EntryKind.Plain
            && bool.TryParse(entry.Text, out bool value) && Set(set, options, value),
    };

    public static ConfigurationKey ListBoolean(string path, Func<HpcOptions, int, bool> get, Action<HpcOptions, int, bool> set, string description) => new()
    {
        Path = path,
        Allowed = "true or false",
        Description = description,
        Read = (options, index) => get(options, index),
        TryApply = (options, index, entry) =>
        {
            if (entry.Kind is not (EntryKind.Boolean or EntryKind.Plain) || !bool.TryParse(entry.Text, out bool value))
            {
                return false;
            }

            set(options, index, value);
            return true;
        },
    };

    public static ConfigurationKey Text(string path, int maxLength, string what, Func<HpcOptions, string> get, Action<HpcOptions, string> set, string description) => new()
    {
        Path = path,
        Allowed = $"{what}, at most {maxLength} characters",
        Description = description,
        Read = (options, _) => get(options),
        TryApply = (options, _, entry) => IsTextual(entry) && entry.Text.Length <= maxLength && !entry.Text.Contains('\0', StringComparison.Ordinal)
            && Set(set, options, entry.Text),
    };

    /// <summary>A text that is never shown.</summary>
    public static ConfigurationKey Secret(string path, int maxLength, Func<HpcOptions, string> get, Action<HpcOptions, string> set, string description) => new()
    {
        Path = path,
        Allowed = $"text, at most {maxLength} characters",
        Description = description,
        IsSecret = true,
        Read = (options, _) => get(options).Length == 0 ? "" : "(not shown)",
        TryApply = (options, _, entry) => IsTextual(entry) && entry.Text.Length <= maxLength && !entry.Text.Any(char.IsControl) && Set(set, options, entry.Text),
    };

    public static ConfigurationKey ListText(
        string path, int maxLength, string what, Func<HpcOptions, int, string> get, Action<HpcOptions, int, string> set, string description) => new()
        {
            Path = path,
            Allowed = $"{what}, at most {maxLength} characters",
            Description = description,
            Read = (options, index) => get(options, index),
            TryApply = (options, index, entry) =>
            {
                if (!IsTextual(entry) || entry.Text.Length > maxLength || entry.Text.Contains('\0', StringComparison.Ordinal))
                {
                    return false;
                }

                set(options, index, entry.Text);
                return true;
            },
        };

    public static ConfigurationKey ListInteger(string path, int min, int max, Func<HpcOptions, int, int> get, Action<HpcOptions, int, int> set, string description) => new()
    {
        Path = path,
        Allowed = $"a whole number from {min} to {max}",
        Description = description,
        Read = (options, index) => get(options, index),
        TryApply = (options, index, entry) => IsNumeric(entry) && int.TryParse(entry.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            && value >= min && value <= max && Set((o, v) => set(o, index, v), options, value),
    };

    public static ConfigurationKey Octal(string path, int max, Func<HpcOptions, int> get, Action<HpcOptions, int> set, string description) => new()
    {
        Path = path,
        Allowed = "octal digits in quotes from \"0\" to \"" + Convert.ToString(max, 8) + "\"",
        Description = description,
        Read = (options, _) => Convert.ToString(get(options), 8).PadLeft(4, '0'),
        TryApply = (options, _, entry) => IsTextual(entry) && TryParseOctal(entry.Text, max, out int value) && Set(set, options, value),
    };

    public static ConfigurationKey Choice<TEnum>(string path, Func<HpcOptions, int, TEnum> get, Action<HpcOptions, int, TEnum> set, string description)
        where TEnum : struct, Enum
    {
        var names = Enum.GetValues<TEnum>().ToDictionary(ChoiceText.Of, StringComparer.Ordinal);
        return new ConfigurationKey
        {
            Path = path,
            Allowed = ChoiceText.List<TEnum>(),
            Description = description,
            Read = (options, index) => ChoiceText.Of(get(options, index)),
            TryApply = (options, index, entry) =>
            {
                if (!IsTextual(entry) || !names.TryGetValue(entry.Text.Replace('-', '_'), out TEnum value))
                {
                    return false;
                }

                set(options, index, value);
                return true;
            },
        };
    }

    public static ConfigurationKey EndPoint(
        string path, string allowed, Func<IPEndPoint, bool> isAllowed, bool mayBeEmpty,
        Func<HpcOptions, int, IPEndPoint?> get, Action<HpcOptions, int, IPEndPoint?> set, string description) => new()
        {
            Path = path,
            Allowed = allowed,
            Description = description,
            Read = (options, index) => get(options, index)?.ToString() ?? "",
            TryApply = (options, index, entry) =>
            {
                if (!IsTextual(entry))
                {
                    return false;
                }

                if (entry.Text.Length == 0 && mayBeEmpty)
                {
                    set(options, index, null);
                    return true;
                }

                if (!EndPointText.TryParse(entry.Text, out IPEndPoint? value) || !isAllowed(value))
                {
                    return false;
                }

                set(options, index, value);
                return true;
            },
        };

    private static bool Set<T>(Action<HpcOptions, T> set, HpcOptions options, T value)
    {
        set(options, value);
        return true;
    }

    private static bool IsNumeric(ConfigurationEntry entry) => entry.Kind is EntryKind.Number or EntryKind.Plain;

    private static bool IsTextual(ConfigurationEntry entry) => entry.Kind is EntryKind.String or EntryKind.Plain;

    private static bool TryParseOctal(string text, int max, out int value)
    {
        value = 0;
        if (text.Length is 0 or > 5)
        {
            return false;
        }

        foreach (char digit in text)
        {
            if (digit is < '0' or > '7')
            {
                return false;
            }

            value = (value * 8) + (digit - '0');
        }

        return value <= max;
    }
}
