namespace Hpc.Accounts.Objects.Validation;

/// <summary>The actions of event rules (R8.1, R8.8).</summary>
internal static class EventRuleActionRules
{
    private const int MaxActions = 64;

    public static IReadOnlyList<EventRuleAction> Check(string path, EventRule rule, NameRules names, ErrorList errors)
    {
        IReadOnlyList<EventRuleAction?> values = rule.Actions;
        if (!errors.HasCount(path, values, MaxActions))
        {
            return [];
        }

        var seenNames = new HashSet<string>(StringComparer.Ordinal);
        var seenOrders = new HashSet<int>();
        var actions = new List<EventRuleAction>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            string at = $"{path}[{i}]";
            if (values[i] is not { } action)
            {
                errors.AddMissing(at, "an action's name and an order");
                continue;
            }

            string name = names.Normalise(action.Name);
            names.Check($"{at}.name", name, errors);
            if (!seenNames.Add(name))
            {
                errors.Add($"{at}.name", $"{ValidationText.Show(name)} a second time", "each action once");
            }

            if (!seenOrders.Add(action.Order))
            {
                errors.Add($"{at}.order", $"{ErrorList.Text(action.Order)} a second time", "each order once");
            }

            errors.Range($"{at}.order", action.Order, 0, int.MaxValue);
            CheckRelation(at, action.RelationOptions, rule, errors);
            actions.Add(action with { Name = name });
        }

        if (!actions.Any(action => !action.RelationOptions.IsFailureAction))
        {
            errors.Add(path, "no action, or only failure actions", "one or more actions that are no failure actions");
        }

        return actions;
    }

    private static void CheckRelation(string path, EventActionRelation value, EventRule rule, ErrorList errors)
    {
        if (!value.ExecuteSync)
        {
            return;
        }

        if (value.IsFailureAction)
        {
            errors.Add($"{path}.relation_options.execute_sync", "true, for a failure action", "false");
        }

        bool isUsed = rule.Trigger == EventTriggers.IdpLogin
            || (rule.Trigger == EventTriggers.Filesystem && rule.Conditions.FsEvents.Any(name => EventTriggers.SynchronousEvents.Contains(name, StringComparer.Ordinal)));
        if (!isUsed)
        {
            errors.Add($"{path}.relation_options.execute_sync", "true", "false: only logins by an identity provider and " + string.Join(", ", EventTriggers.SynchronousEvents) + " wait for actions");
        }
    }
}
