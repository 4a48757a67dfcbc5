namespace Hpc.Accounts.Objects.Validation;

/// <summary>Lists of texts and of pairs.</summary>
internal static class KeyValueRules
{
    private const int MaxPairs = 64;
    private const int MaxValue = 16 << 10;

    /// <summary>Pairs with keys; header lines and variables are made of them, so that they are lines.</summary>
    public static IReadOnlyList<KeyValue> Check(string path, IReadOnlyList<KeyValue?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxPairs))
        {
            return [];
        }

        var pairs = new List<KeyValue>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } pair)
            {
                errors.AddMissing($"{path}[{i}]", "a key and a value");
                continue;
            }

            TextRules.RequiredLine($"{path}[{i}].key", pair.Key, errors, "a key");
            TextRules.Line($"{path}[{i}].value", pair.Value, errors, MaxValue);
            pairs.Add(pair);
        }

        return pairs;
    }

    public static IReadOnlyList<string> Texts(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxPairs))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            TextRules.RequiredLine($"{path}[{i}]", values[i] ?? "", errors, "text", MaxValue);
        }

        return [.. values.OfType<string>()];
    }
}
