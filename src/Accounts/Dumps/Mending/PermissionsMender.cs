using System.Text.Json.Nodes;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>Permissions by directory: unknown ones go, one directory in several spellings gets what all of them allow.</summary>
internal sealed class PermissionsMender(string path, Action<ObjectError, string> tell)
{
    private readonly JsonObject _mended = [];

    /// <summary>True if anything was changed.</summary>
    /// <param name="permissions">The map, changed in place.</param>
    /// <param name="isRestricted">True if what a directory's entry says is lost.</param>
    public bool Mend(JsonObject permissions, out bool isRestricted)
    {
        isRestricted = false;
        bool isChanged = false;
        foreach ((string directory, JsonNode? names) in permissions.OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToArray())
        {
            string at = $"{path}[{ValidationText.Show(directory)}]";
            string[] known = [.. Known(at, names, ref isChanged)];
            if (!PermissionsRules.TryCleanDirectory(directory, out string clean))
            {
                tell(new(at, ValidationText.Show(directory), "an absolute virtual path"), "left out");
                (isRestricted, isChanged) = (true, true);
            }
            else if (_mended[clean] is JsonArray before)
            {
                tell(new(at, $"{ValidationText.Show(clean)} a second time", "each directory once"), "what both entries allow is taken");
                _mended[clean] = ToArray(InBoth([.. before.Select(static one => one!.GetValue<string>())], known));
                isChanged = true;
            }
            else
            {
                _mended[clean] = ToArray(known);
            }
        }

        if (isChanged)
        {
            permissions.Clear();
            foreach ((string directory, JsonNode? names) in _mended)
            {
                permissions[directory] = names?.DeepClone();
            }
        }

        return isChanged;
    }

    private List<string> Known(string at, JsonNode? names, ref bool isChanged)
    {
        var known = new List<string>();
        foreach (JsonNode? name in names as JsonArray ?? [])
        {
            if (MendFixes.TextOf(name) is { } text && PermissionNames.All.Contains(text, StringComparer.Ordinal))
            {
                known.Add(text);
            }
            else
            {
                tell(new(at, ValidationText.Show(MendFixes.TextOf(name)), "a known permission"), "left out");
                isChanged = true;
            }
        }

        return known;
    }

    private static IEnumerable<string> InBoth(string[] one, string[] other) =>
        one.Contains(PermissionNames.Any, StringComparer.Ordinal) ? other
        : other.Contains(PermissionNames.Any, StringComparer.Ordinal) ? one
        : one.Intersect(other, StringComparer.Ordinal);

    private static JsonArray ToArray(IEnumerable<string> names) => new([.. names.Select(static name => (JsonNode)JsonValue.Create(name))]);
}
