using Hpc.Storage;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Paths in one spelling each.</summary>
internal static class PathRules
{
    private const int MaxServerPath = 4095;

    private const string AllowedServerPath = "an absolute path of the server without '..' and control characters, at most 4095 characters";

    /// <summary>A virtual path, cleaned.</summary>
    public static string Virtual(string path, string? value, ErrorList errors)
    {
        if (TryCleanVirtual(value, out string clean))
        {
            return clean;
        }

        errors.AddShown(path, value, VirtualPathRules.Allowed);
        return value ?? "";
    }

    public static bool TryCleanVirtual(string? value, out string clean)
    {
        clean = "";
        if (value is not { Length: > 0 } || value[0] != '/' || !VirtualPath.TryParse(value, VirtualPath.Root, out VirtualPath parsed))
        {
            return false;
        }

        clean = parsed.ToString();
        return VirtualPathRules.IsValid(clean);
    }

    /// <summary>Virtual paths, each once.</summary>
    public static IReadOnlyList<string> VirtualList(string path, IReadOnlyList<string?> values, ErrorList errors, int most)
    {
        if (!errors.HasCount(path, values, most))
        {
            return [];
        }

        return [.. values.Select((value, i) => Virtual($"{path}[{i}]", value, errors)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A path of the server's own file system, cleaned.</summary>
    public static string Server(string path, string value, ErrorList errors)
    {
        if (TryCleanServer(value, out string clean))
        {
            return clean;
        }

        errors.AddShown(path, value, AllowedServerPath);
        return value;
    }

    // Where a path goes through '..', what it names depends on links; one spelling keeps comparisons honest.
    public static bool TryCleanServer(string value, out string clean)
    {
        clean = value;
        bool isAbsolute = value.Length is > 0 and <= MaxServerPath && (value[0] == '/' || (OperatingSystem.IsWindows() && Path.IsPathFullyQualified(value)));
        if (!isAbsolute || !VirtualPathRules.IsPlainText(value))
        {
            return false;
        }

        string[] segments = (OperatingSystem.IsWindows() ? value.Replace('\\', '/') : value).Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Contains("..", StringComparer.Ordinal))
        {
            return false;
        }

        if (value[0] == '/')
        {
            clean = "/" + string.Join('/', segments.Where(segment => segment != "."));
        }

        return true;
    }

    /// <summary>True if a server path is below a directory, both cleaned.</summary>
    public static bool IsBelow(string path, string directory) =>
        directory.Length > 0 && path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && (directory[^1] == '/' || path[directory.Length] == '/');

    /// <summary>The prefix of keys in an object store: relative, with a slash at its end, or empty for all.</summary>
    public static string KeyPrefix(string path, string value, ErrorList errors)
    {
        if (value.Length == 0)
        {
            return value;
        }

        if (value[0] == '/' || !TryCleanVirtual("/" + value, out string clean))
        {
            errors.AddShown(path, value, "a prefix like data/%username%/, not beginning with '/', without control characters");
            return value;
        }

        return clean == "/" ? "" : clean[1..] + "/";
    }
}
