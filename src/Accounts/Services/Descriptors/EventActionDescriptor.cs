using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Event actions. Rules hold them up.</summary>
internal sealed class EventActionDescriptor(ServiceEnvironment services) : ObjectDescriptor<EventAction>(services)
{
    public override ObjectKind Kind => ObjectKind.EventAction;

    public override string Noun => "event action";

    public override EventAction WithName(EventAction value, string name) => value with { Name = name };

    public override EventAction WithId(EventAction value, long id) => value with { Id = id };

    public override bool IsVisible(EventAction value, ChangeContext context) => RoleLimits.IsUnlimited(context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new(RoleLimits.IsUnlimited(context) ? null : []);

    public override EventAction Check(EventAction value, ObjectEdit<EventAction> edit)
    {
        ErrorList errors = edit.Errors;
        RoleLimits.RequireNoRole("event actions", edit);
        if (edit.Old is null)
        {
            Services.Names.Check("name", value.Name, errors);
        }

        return value with
        {
            Description = TextRules.Lines("description", value.Description, errors),
            Options = EventActionRules.Check("options", value.Type, value.Options, edit.Old?.Options, edit.IsRestore, errors),
        };
    }

    public override ValueTask<EventAction> SealAsync(EventAction value, ObjectEdit<EventAction> edit, CancellationToken ct) =>
        new(value with { Options = EventActionRules.MapSecrets(value.Options, secret => Services.Protector.Protect(secret, value.Name)) });

    public override EventAction Bare(EventAction value) => value with { Id = 0, Rules = [] };

    public override EventAction Redact(EventAction value) => value with { Options = EventActionRules.MapSecrets(value.Options, SecretRules.Redact) };

    public override async ValueTask<IReadOnlyList<EventAction>> CompleteAsync(IReadOnlyList<EventAction> page, ChangeContext context, CancellationToken ct)
    {
        if (page.Count == 0)
        {
            return page;
        }

        ReferringNames rules = await ReferringNames.FindAsync(Services.Objects, Kind, page.Select(action => action.Name), ObjectKind.EventRule, context, ct).ConfigureAwait(false);
        return [.. page.Select(action => action with { Rules = rules.Of(action.Name) })];
    }
}
