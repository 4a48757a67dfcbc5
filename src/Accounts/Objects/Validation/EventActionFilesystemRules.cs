namespace Hpc.Accounts.Objects.Validation;

/// <summary>What event actions do to files. Paths may hold placeholders, which stand inside segments.</summary>
internal static class EventActionFilesystemRules
{
    private const int MaxPaths = 64;

    public static EventActionFilesystemConfig Check(string path, EventActionFilesystemConfig value, ErrorList errors)
    {
        var kept = new EventActionFilesystemConfig { Type = value.Type };
        switch (value.Type)
        {
            case 1:
                return kept with { Renames = CheckRenames($"{path}.renames", value.Renames, errors) };
            case 2:
                return kept with { Deletes = Required($"{path}.deletes", value.Deletes, errors) };
            case 3:
                return kept with { Mkdirs = Required($"{path}.mkdirs", value.Mkdirs, errors) };
            case 4:
                return kept with { Exist = Required($"{path}.exist", value.Exist, errors) };
            case 5:
                return kept with
                {
                    Compress = new()
                    {
                        Name = PathRules.Virtual($"{path}.compress.name", value.Compress.Name, errors),
                        Paths = Required($"{path}.compress.paths", value.Compress.Paths, errors),
                    },
                };
            case 6:
                return kept with { Copy = CheckCopies($"{path}.copy", value.Copy, errors) };
            default:
                errors.Range($"{path}.type", value.Type, 1, 6);
                return kept;
        }
    }

    private static IReadOnlyList<string> Required(string path, IReadOnlyList<string> values, ErrorList errors)
    {
        if (values.Count == 0)
        {
            errors.AddMissing(path, "one or more virtual paths");
        }

        return PathRules.VirtualList(path, values, errors, MaxPaths);
    }

    private static List<RenameConfig> CheckRenames(string path, IReadOnlyList<RenameConfig?> values, ErrorList errors) =>
        CheckPairs(path, values, errors, (at, pair) => pair with { Key = Side($"{at}.key", pair.Key, errors), Value = Side($"{at}.value", pair.Value, errors) }, pair => (pair.Key, pair.Value));

    // A slash at the end of a copy's target says that it is a directory.
    private static List<KeyValue> CheckCopies(string path, IReadOnlyList<KeyValue?> values, ErrorList errors) =>
        CheckPairs(path, values, errors, (at, pair) => pair with { Key = Side($"{at}.key", pair.Key, errors), Value = Side($"{at}.value", pair.Value, errors) }, pair => (pair.Key, pair.Value));

    private static string Side(string path, string value, ErrorList errors)
    {
        string clean = PathRules.Virtual(path, value, errors);
        return value.EndsWith('/') && clean != "/" ? clean + "/" : clean;
    }

    private static List<T> CheckPairs<T>(
        string path, IReadOnlyList<T?> values, ErrorList errors, Func<string, T, T> clean, Func<T, (string Source, string Target)> sidesOf)
        where T : class
    {
        if (values.Count == 0)
        {
            errors.AddMissing(path, "one or more pairs of virtual paths");
        }

        if (!errors.HasCount(path, values, MaxPaths))
        {
            return [];
        }

        var pairs = new List<T>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } value)
            {
                errors.AddMissing(at, "a pair of virtual paths");
                continue;
            }

            T pair = clean(at, value);
            (string source, string target) = sidesOf(pair);
            if (source == target || source == "/")
            {
                errors.AddShown(at, source, "two different paths, of which the first is not '/'");
            }

            pairs.Add(pair);
        }

        return pairs;
    }
}
