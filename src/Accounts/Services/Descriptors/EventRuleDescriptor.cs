using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Event rules.</summary>
internal sealed class EventRuleDescriptor(ServiceEnvironment services) : ObjectDescriptor<EventRule>(services)
{
    public override ObjectKind Kind => ObjectKind.EventRule;

    public override string Noun => "event rule";

    public override EventRule WithName(EventRule value, string name) => value with { Name = name };

    public override EventRule WithId(EventRule value, long id) => value with { Id = id };

    public override IEnumerable<ObjectKey> ReferencesOf(EventRule value) => value.Actions.Select(action => new ObjectKey(ObjectKind.EventAction, action.Name));

    public override bool IsVisible(EventRule value, ChangeContext context) => RoleLimits.IsUnlimited(context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new(RoleLimits.IsUnlimited(context) ? null : []);

    public override EventRule Check(EventRule value, ObjectEdit<EventRule> edit)
    {
        ErrorList errors = edit.Errors;
        RoleLimits.RequireNoRole("event rules", edit);
        if (edit.Old is null)
        {
            Services.Names.Check("name", value.Name, errors);
        }

        errors.OneOf("status", value.Status, [0, 1]);
        return value with
        {
            Description = TextRules.Lines("description", value.Description, errors),
            Conditions = EventConditionRules.Check("conditions", value.Trigger, value.Conditions, errors),
            Actions = EventRuleActionRules.Check("actions", value, Services.Names, errors),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    public override async ValueTask<EventRule> ResolveAsync(EventRule value, ObjectEdit<EventRule> edit, CancellationToken ct)
    {
        if (!edit.IsRestore)
        {
            string[] names = [.. value.Actions.Select(action => action.Name)];
            await ReferenceChecks.FindAsync<EventAction>(Services.Objects, ObjectKind.EventAction, names, i => $"actions[{i}].name", edit.Errors, ct).ConfigureAwait(false);
        }

        return value;
    }

    public override EventRule Bare(EventRule value) => value with
    {
        Id = 0,
        Actions = [.. value.Actions.Select(action => new EventRuleAction { Name = action.Name, Order = action.Order, RelationOptions = action.RelationOptions })],
    };

    public override EventRule Redact(EventRule value) => value with
    {
        Actions = [.. value.Actions.Select(action => action.Options is { } options ? action with { Options = EventActionRules.MapSecrets(options, SecretRules.Redact) } : action)],
    };

    public override async ValueTask<IReadOnlyList<EventRule>> CompleteAsync(IReadOnlyList<EventRule> page, ChangeContext context, CancellationToken ct)
    {
        string[] names = [.. page.SelectMany(rule => rule.Actions).Select(action => action.Name).Distinct(StringComparer.Ordinal)];
        var actions = new Dictionary<string, (long Id, EventAction Action)>(StringComparer.Ordinal);
        foreach (string[] chunk in names.Chunk(IObjectStore.MaxPage))
        {
            foreach (StoredObject stored in await Services.Objects.FindManyAsync(ObjectKind.EventAction, chunk, ct).ConfigureAwait(false))
            {
                actions[stored.Key.Name] = (stored.Id, ObjectDocument.Read<EventAction>(stored.Document));
            }
        }

        return [.. page.Select(rule => rule with { Actions = [.. rule.Actions.Select(action => Complete(action, actions))] })];
    }

    private static EventRuleAction Complete(EventRuleAction action, Dictionary<string, (long Id, EventAction Action)> actions) =>
        actions.TryGetValue(action.Name, out (long Id, EventAction Action) found)
            ? action with { Id = found.Id, Type = found.Action.Type, Description = found.Action.Description, Options = found.Action.Options }
            : action;
}
