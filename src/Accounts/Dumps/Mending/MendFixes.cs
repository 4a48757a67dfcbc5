using System.Text;
using System.Text.Json.Nodes;
using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services.Descriptors;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>How values are made ones that can be stored.</summary>
internal static class MendFixes
{
    /// <summary>The nearest number that is allowed.</summary>
    public static MendFix Clamp(long least, long most) => (JsonNode? value, out JsonNode? mended) =>
    {
        mended = value is JsonValue one && one.TryGetValue(out long number) ? JsonValue.Create(Math.Clamp(number, least, most)) : null;
        return mended is not null;
    };

    public static MendFix Number(int number) => (JsonNode? value, out JsonNode? mended) =>
    {
        mended = JsonValue.Create(number);
        return true;
    };

    /// <summary>An end that no date can say is as good as the last that can be said; one before all dates is none.</summary>
    public static bool TooLate(JsonNode? value, out JsonNode? mended)
    {
        mended = value is JsonValue one && one.TryGetValue(out long number) && number > TextRules.MaxTime ? JsonValue.Create(TextRules.MaxTime) : null;
        return mended is not null;
    }

    /// <summary>The first entries alone.</summary>
    public static MendFix First(int most) => (JsonNode? value, out JsonNode? mended) =>
    {
        mended = value is JsonArray list ? new JsonArray([.. list.Take(most).Select(static one => one?.DeepClone())]) : null;
        return mended is not null;
    };

    /// <summary>Without control characters, and no longer than allowed.</summary>
    public static MendFix Text(int most) => (JsonNode? value, out JsonNode? mended) =>
    {
        mended = null;
        if (TextOf(value) is not { } text)
        {
            return false;
        }

        var clean = new StringBuilder(Math.Min(text.Length, most));
        foreach (Rune rune in text.EnumerateRunes())
        {
            string letter = Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t') ? " " : rune.ToString();
            if (clean.Length + letter.Length > most)
            {
                break;
            }

            clean.Append(letter);
        }

        mended = JsonValue.Create(clean.ToString());
        return true;
    };

    /// <summary>A path of the server without '.' and '..', as its text says it.</summary>
    public static bool ServerPath(JsonNode? value, out JsonNode? mended)
    {
        mended = null;
        if (TextOf(value) is not { Length: > 0 } text || text[0] != '/')
        {
            return false;
        }

        var segments = new List<string>();
        foreach (string segment in text.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                segments.Add(segment);
            }
        }

        mended = PathRules.TryCleanServer("/" + string.Join('/', segments), out string clean) ? JsonValue.Create(clean) : null;
        return mended is not null;
    }

    /// <summary>A virtual path below the root if it says nothing of it; else none.</summary>
    public static bool VirtualPath(JsonNode? value, out JsonNode? mended)
    {
        mended = TextOf(value) is { Length: > 0 } text && PathRules.TryCleanVirtual("/" + text, out string clean) ? JsonValue.Create(clean) : null;
        return true;
    }

    /// <summary>Counts a mount in the user's quota.</summary>
    public static bool InUserQuota(JsonNode? value, out JsonNode? mended)
    {
        mended = value?.DeepClone();
        if (mended is not JsonObject mount)
        {
            return false;
        }

        mount["quota_size"] = FolderMount.InUserQuota;
        mount["quota_files"] = FolderMount.InUserQuota;
        return true;
    }

    /// <summary>Without the permissions that an administrator with a role cannot have.</summary>
    public static bool PermissionsOfRole(JsonNode? value, out JsonNode? mended)
    {
        string[] given = value is JsonArray list ? [.. list.Select(static one => TextOf(one) ?? "")] : [];
        IEnumerable<string> all = given.Contains(AdminPermissionNames.All, StringComparer.Ordinal)
            ? AdminPermissionNames.Everything.Where(static name => name != AdminPermissionNames.SetPasswordRules)
            : given;
        string[] kept = [.. all.Except(RoleLimits.ForbiddenPermissions, StringComparer.Ordinal).Where(static name => name != AdminPermissionNames.All)];
        mended = new JsonArray([.. kept.Select(static name => (JsonNode)JsonValue.Create(name))]);
        return kept.Length > 0;
    }

    /// <summary>The first primary group and all that are none.</summary>
    public static bool OnePrimaryGroup(JsonNode? value, out JsonNode? mended)
    {
        var kept = new JsonArray();
        int primaries = 0;
        foreach (JsonNode? group in value as JsonArray ?? [])
        {
            bool isPrimary = group?["type"] is JsonValue type && type.TryGetValue(out int number) && number == GroupTypes.Primary;
            primaries += isPrimary ? 1 : 0;
            if (!isPrimary || primaries == 1)
            {
                kept.Add(group?.DeepClone());
            }
        }

        mended = kept;
        return primaries > 1;
    }

    public static string? TextOf(JsonNode? value) => value is JsonValue one && one.TryGetValue(out string? text) ? text : null;
}
