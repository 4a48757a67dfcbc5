using System.Globalization;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Networks of the three lists (R6.11).</summary>
internal sealed class IpListDescriptor(ServiceEnvironment services) : ObjectDescriptor<IpListEntry>(services)
{
    private const int DefenderList = 2;
    private const int Allow = 1;

    public override ObjectKind Kind => ObjectKind.IpListEntry;

    public override string Noun => "network";

    public override string NormaliseName(string name)
    {
        (int type, string text) = Split(name);
        return NetworkRules.TryParse(text, out _, out string? shortest) ? IpListEntry.NameOf(type, shortest) : name;
    }

    public override string NameOfNew(IpListEntry value) => NormaliseName(IpListEntry.NameOf(value.Type, value.IpOrNet));

    public override IpListEntry WithName(IpListEntry value, string name)
    {
        (int type, string text) = Split(name);
        return value with { Type = type, IpOrNet = text };
    }

    public override IpListEntry WithId(IpListEntry value, long id) => value;

    public override bool IsVisible(IpListEntry value, ChangeContext context) => RoleLimits.IsUnlimited(context);

    public override ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new(RoleLimits.IsUnlimited(context) ? null : []);

    public override IpListEntry Check(IpListEntry value, ObjectEdit<IpListEntry> edit)
    {
        ErrorList errors = edit.Errors;
        RoleLimits.RequireNoRole("lists of networks", edit);
        errors.Range("type", value.Type, 1, 3);
        if (!NetworkRules.TryParse(value.IpOrNet, out _, out _))
        {
            errors.AddShown("ipornet", value.IpOrNet, "an address or a network like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32");
        }

        if (value.Type == DefenderList)
        {
            errors.Range("mode", value.Mode, Allow, 2);
        }
        else if (value.Mode != Allow)
        {
            errors.Add("mode", ErrorList.Text(value.Mode), "1 (allow), for a list that only allows");
        }

        errors.Range("protocols", value.Protocols, 0, 15);
        return value with
        {
            Description = TextRules.Lines("description", value.Description, errors),
            CreatedAt = ObjectTimes.Created(value.CreatedAt, edit.Old?.CreatedAt, edit),
            UpdatedAt = ObjectTimes.Updated(value.UpdatedAt, edit),
        };
    }

    public override IpListEntry Bare(IpListEntry value) => value;

    public override string? RefuseDelete(IpListEntry value, ChangeContext context) => RoleLimits.IsUnlimited(context) ? null : "An administrator with a role cannot change lists of networks.";

    private static (int Type, string Text) Split(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && int.TryParse(name.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out int type) ? (type, name[(slash + 1)..]) : (0, name);
    }
}
