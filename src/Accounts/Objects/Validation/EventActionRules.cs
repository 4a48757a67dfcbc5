using System.Text.Json;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Options of event actions. Only those of the action's type are kept.</summary>
internal static class EventActionRules
{
    private const int MaxCommandSeconds = 120;
    private const int MaxRetentionFolders = 256;
    private const int MaxHours = FilterRules.MaxDays * 24;
    private const int MaxTemplate = 128 << 10;

    public static EventActionOptions Check(string path, int type, EventActionOptions value, EventActionOptions? old, bool isRestore, ErrorList errors)
    {
        var kept = new EventActionOptions();
        switch (type)
        {
            case EventActionTypes.Http:
                return kept with { Http = EventActionHttpRules.Check($"{path}.http_config", value.Http, old?.Http, isRestore, errors) };
            case EventActionTypes.Command:
                return kept with { Command = CheckCommand($"{path}.cmd_config", value.Command, errors) };
            case EventActionTypes.Email:
                return kept with { Email = EventActionEmailRules.Check($"{path}.email_config", value.Email, errors) };
            case EventActionTypes.DataRetention:
                return kept with { Retention = new() { Folders = CheckRetention($"{path}.retention_config.folders", value.Retention.Folders, errors) } };
            case EventActionTypes.Filesystem:
                return kept with { Filesystem = EventActionFilesystemRules.Check($"{path}.fs_config", value.Filesystem, errors) };
            case EventActionTypes.PasswordExpiration:
                errors.Range($"{path}.pwd_expiration_config.threshold", value.PasswordExpiration.Threshold, 1, FilterRules.MaxDays);
                return kept with { PasswordExpiration = value.PasswordExpiration };
            case EventActionTypes.IdpAccountCheck:
                return kept with { Idp = CheckIdp($"{path}.idp_config", value.Idp, errors) };
            case EventActionTypes.UserInactivity:
                return kept with { UserInactivity = CheckInactivity($"{path}.user_inactivity_config", value.UserInactivity, errors) };
            default:
                errors.Range("type", type, EventActionTypes.Http, EventActionTypes.Last);
                return kept;
        }
    }

    public static EventActionOptions MapSecrets(EventActionOptions value, Func<Secret, Secret> map) =>
        value.Http.Password.IsEmpty ? value : value with { Http = value.Http with { Password = map(value.Http.Password) } };

    private static EventActionCommandConfig CheckCommand(string path, EventActionCommandConfig value, ErrorList errors)
    {
        errors.Range($"{path}.timeout", value.Timeout, 1, MaxCommandSeconds);
        IReadOnlyList<KeyValue> variables = KeyValueRules.Check($"{path}.env_vars", value.EnvironmentVariables, errors);
        for (int i = 0; i < variables.Count; i++)
        {
            if (variables[i].Key.Contains('=', StringComparison.Ordinal))
            {
                errors.AddShown($"{path}.env_vars[{i}].key", variables[i].Key, "a name without '='");
            }
        }

        return value with
        {
            Command = PathRules.Server($"{path}.cmd", value.Command, errors),
            Arguments = KeyValueRules.Texts($"{path}.args", value.Arguments, errors),
            EnvironmentVariables = variables,
        };
    }

    private static List<FolderRetention> CheckRetention(string path, IReadOnlyList<FolderRetention?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxRetentionFolders))
        {
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var folders = new List<FolderRetention>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } folder)
            {
                errors.AddMissing($"{path}[{i}]", "a path and hours");
                continue;
            }

            folder = folder with { Path = PathRules.Virtual($"{path}[{i}].path", folder.Path, errors) };
            errors.Range($"{path}[{i}].retention", folder.Retention, 0, MaxHours);
            if (!seen.Add(folder.Path))
            {
                errors.Add($"{path}[{i}].path", $"{ValidationText.Show(folder.Path)} a second time", "each path once");
            }

            folders.Add(folder);
        }

        if (!values.Any(folder => folder is { Retention: > 0 }))
        {
            errors.Add(path, "no folder with a retention above 0", "one or more such folders: 0 only leaves a folder out");
        }

        return folders;
    }

    private static EventActionIdpAccountCheck CheckIdp(string path, EventActionIdpAccountCheck value, ErrorList errors)
    {
        errors.OneOf($"{path}.mode", value.Mode, [0, 1]);
        if (value.TemplateUser.Length == 0 && value.TemplateAdmin.Length == 0)
        {
            errors.AddMissing($"{path}.template_user", "a template for users, for administrators or both");
        }

        CheckTemplate($"{path}.template_user", value.TemplateUser, errors);
        CheckTemplate($"{path}.template_admin", value.TemplateAdmin, errors);
        return value;
    }

    // Placeholders stand inside strings, so that a template is JSON before they are replaced.
    private static void CheckTemplate(string path, string value, ErrorList errors)
    {
        if (value.Length == 0)
        {
            return;
        }

        if (value.Length > MaxTemplate || !IsJsonObject(value))
        {
            errors.Add(path, "text that is no JSON object (not shown)", $"a JSON object of at most {MaxTemplate} characters");
        }
    }

    private static bool IsJsonObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static EventActionUserInactivity CheckInactivity(string path, EventActionUserInactivity value, ErrorList errors)
    {
        errors.Range($"{path}.disable_threshold", value.DisableThreshold, 0, FilterRules.MaxDays);
        errors.Range($"{path}.delete_threshold", value.DeleteThreshold, 0, FilterRules.MaxDays);
        if (value.DisableThreshold <= 0 && value.DeleteThreshold <= 0)
        {
            errors.Add($"{path}.disable_threshold", "no threshold", "disable_threshold, delete_threshold or both above 0");
        }
        else if (value.DeleteThreshold > 0 && value.DeleteThreshold <= value.DisableThreshold)
        {
            errors.Add($"{path}.delete_threshold", ErrorList.Text(value.DeleteThreshold), $"0, or more than disable_threshold, {value.DisableThreshold}");
        }

        return value;
    }
}
