using System.Collections;
using Hpc.Server.Logging;

namespace Hpc.Server.Configuration;

/// <summary>Environment variables of SFTPGo, which are not read: who has moved over is told, and by what name it is read.</summary>
internal static class OldVariables
{
    private const string Prefix = "SFTPGO_";

    // The line stays one that can be read.
    private const int MaxNamed = 20;

    // Read by their old names, too; and what SFTPGo itself sets for plugins and hooks.
    private static readonly string[] NotTold = ["SFTPGO_DEFAULT_ADMIN_", "SFTPGO_PLUGIN_", "SFTPGO_HOOK_", "SFTPGO_ACTION_", "SFTPGO_AUTHD_", "SFTPGO_LOGIND_"];

    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["SFTPGO_CONFIG_FILE"] = "--config",
        ["SFTPGO_GRACE_TIME"] = "--grace-time",
        ["SFTPGO_LOG_LEVEL"] = EnvironmentSource.NameOf("log.level"),
        ["SFTPGO_LOADDATA_FROM"] = EnvironmentSource.NameOf("data_provider.load_from"),
        ["SFTPGO_LOADDATA_MODE"] = EnvironmentSource.NameOf("data_provider.load_mode"),
        ["SFTPGO_LOADDATA_CLEAN"] = EnvironmentSource.NameOf("data_provider.load_clean"),
        ["SFTPGO_KMS__SECRETS__MASTER_KEY_PATH"] = EnvironmentSource.NameOf("secrets.master_key_file"),
        ["SFTPGO_KMS__SECRETS__MASTER_KEY"] = EnvironmentSource.NameOf("secrets.master_key_file") + ", a file with the key",
    };

    /// <summary>The names that are there, each with ours in brackets if there is one; null if there is none. Values are never shown.</summary>
    public static string? Describe(IDictionary variables)
    {
        string[] found =
        [
            .. variables.Keys.OfType<string>()
                .Where(static name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !NotTold.Any(other => name.StartsWith(other, StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal),
        ];
        return found.Length == 0
            ? null
            : string.Join(", ", found.Take(MaxNamed).Select(Show)) + (found.Length > MaxNamed ? $" and {found.Length - MaxNamed} more" : "");
    }

    private static bool IsPosition(string part) => part.Length > 0 && part.All(char.IsAsciiDigit);

    private static string Show(string name) => LogEscape.Text(name) + (OursOf(name) is { } ours ? $" (here {ours})" : "");

    private static string? OursOf(string name)
    {
        if (Names.TryGetValue(name, out string? ours))
        {
            return ours;
        }

        string path = name[Prefix.Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant();
        return ConfigurationTable.Find(path) is null ? OursInListOf(path) : EnvironmentSource.NameOf(path);
    }

    // The first number is the position of a listener, which stays; others are within one of its values.
    private static string? OursInListOf(string path)
    {
        string[] parts = path.Split('.');
        string position = parts.FirstOrDefault(IsPosition) ?? "0";
        string unnumbered = string.Concat(parts.Select(static (part, i) => IsPosition(part) ? "[]" : i == 0 ? part : "." + part));
        return OldNames.Find(unnumbered) is { } ours ? EnvironmentSource.NameOf(ours.Replace("[]", "." + position, StringComparison.Ordinal)) : null;
    }
}
