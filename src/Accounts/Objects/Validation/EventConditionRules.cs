namespace Hpc.Accounts.Objects.Validation;

/// <summary>When event rules run. Only what the trigger knows is kept.</summary>
internal static class EventConditionRules
{
    private const int MaxSchedules = 64;
    private const int MaxPatterns = 256;

    public static EventConditions Check(string path, int trigger, EventConditions value, ErrorList errors)
    {
        errors.Range("trigger", trigger, EventTriggers.Filesystem, EventTriggers.IdpLogin);
        ConditionOptions options = CheckOptions($"{path}.options", value.Options, errors);
        var kept = new EventConditions { Options = options };
        switch (trigger)
        {
            case EventTriggers.Filesystem:
                return kept with { FsEvents = Required($"{path}.fs_events", value.FsEvents, EventTriggers.FilesystemEvents, errors) };
            case EventTriggers.Provider:
                return kept with { ProviderEvents = Required($"{path}.provider_events", value.ProviderEvents, EventTriggers.ProviderEvents, errors) };
            case EventTriggers.Schedule:
                return kept with { Schedules = CheckSchedules($"{path}.schedules", value.Schedules, errors) };
            case EventTriggers.IdpLogin:
                errors.Range($"{path}.idp_login_event", value.IdpLoginEvent, 0, 2);
                return kept with { IdpLoginEvent = value.IdpLoginEvent };
            default:
                return kept;
        }
    }

    private static IReadOnlyList<string> Required(string path, IReadOnlyList<string> values, IReadOnlyList<string> allowed, ErrorList errors)
    {
        if (values.Count == 0)
        {
            errors.AddMissing(path, "one or more of " + string.Join(", ", allowed));
        }

        return EnumLists.Of(path, values, allowed, errors);
    }

    private static ConditionOptions CheckOptions(string path, ConditionOptions value, ErrorList errors)
    {
        errors.NotNegative($"{path}.min_size", value.MinFileSize);
        errors.NotNegative($"{path}.max_size", value.MaxFileSize);
        if (value.MaxFileSize > 0 && value.MaxFileSize <= value.MinFileSize)
        {
            errors.Add($"{path}.max_size", ErrorList.Text(value.MaxFileSize), $"0 (no limit), or more than min_size, {value.MinFileSize}");
        }

        if (errors.HasCount($"{path}.event_statuses", value.EventStatuses, 16))
        {
            for (int i = 0; i < value.EventStatuses.Count; i++)
            {
                errors.Range($"{path}.event_statuses[{i}]", value.EventStatuses[i], 1, 3);
            }
        }

        return value with
        {
            Names = Patterns($"{path}.names", value.Names, errors),
            GroupNames = Patterns($"{path}.group_names", value.GroupNames, errors),
            RoleNames = Patterns($"{path}.role_names", value.RoleNames, errors),
            FsPaths = Patterns($"{path}.fs_paths", value.FsPaths, errors),
            Protocols = EnumLists.Of($"{path}.protocols", value.Protocols, EventTriggers.Protocols, errors),
            ProviderObjects = EnumLists.Of($"{path}.provider_objects", value.ProviderObjects, EventTriggers.ProviderObjects, errors),
            EventStatuses = [.. value.EventStatuses.Take(16).Distinct()],
        };
    }

    private static List<ConditionPattern> Patterns(string path, IReadOnlyList<ConditionPattern?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxPatterns))
        {
            return [];
        }

        var patterns = new List<ConditionPattern>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } pattern)
            {
                errors.AddMissing($"{path}[{i}]", "a pattern");
                continue;
            }

            // Paths have several segments, each of which is a pattern by itself; '**' is any number of them.
            TextRules.RequiredLine($"{path}[{i}].pattern", pattern.Pattern, errors, "a pattern");
            string[] segments = pattern.Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (segments.Any(segment => !NamePatternRules.IsValid(segment)))
            {
                errors.AddShown($"{path}[{i}].pattern", pattern.Pattern, "segments of which each is " + NamePatternRules.Allowed);
            }

            if (!patterns.Contains(pattern))
            {
                patterns.Add(pattern);
            }
        }

        return patterns;
    }

    private static List<Schedule> CheckSchedules(string path, IReadOnlyList<Schedule?> values, ErrorList errors)
    {
        if (values.Count == 0)
        {
            errors.AddMissing(path, "one or more schedules");
        }

        if (!errors.HasCount(path, values, MaxSchedules))
        {
            return [];
        }

        var schedules = new List<Schedule>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } schedule)
            {
                errors.AddMissing($"{path}[{i}]", "hour, day_of_week, day_of_month and month");
                continue;
            }

            CronRules.Check($"{path}[{i}].hour", schedule.Hours, 0, 23, errors);
            CronRules.Check($"{path}[{i}].day_of_week", schedule.DayOfWeek, 0, 7, errors);
            CronRules.Check($"{path}[{i}].day_of_month", schedule.DayOfMonth, 1, 31, errors);
            CronRules.Check($"{path}[{i}].month", schedule.Month, 1, 12, errors);
            schedules.Add(schedule);
        }

        return schedules;
    }
}
