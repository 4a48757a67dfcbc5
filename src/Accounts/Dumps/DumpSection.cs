using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>One list of a dump while it is loaded.</summary>
internal abstract class DumpSection(ObjectKind kind, string name)
{
    public ObjectKind Kind { get; } = kind;

    /// <summary>Its name in the dump.</summary>
    public string Name { get; } = name;

    /// <summary>Reads the names of all objects, each of which is there once.</summary>
    public abstract void ReadNames(IReadOnlyList<ReadOnlyMemory<byte>> elements, PendingObjects pending, DumpErrors errors);

    /// <summary>Checks all objects, or (with <paramref name="isSealing"/>) checks them again and makes their changes.</summary>
    public abstract ValueTask PrepareAsync(DumpPlan plan, bool isSealing, CancellationToken ct);

    /// <summary>The error's path of one object.</summary>
    public string PathOf(int index) => Kind == ObjectKind.Configuration ? Name : $"{Name}[{index}]";

    /// <summary>The field that a reference to an object of another kind is from.</summary>
    protected static string FieldOf(ObjectKind from, ObjectKind to) => (from, to) switch
    {
        (_, ObjectKind.Group) => "groups",
        (_, ObjectKind.Folder) => "virtual_folders",
        (_, ObjectKind.Role) => "role",
        (ObjectKind.Share, ObjectKind.User) => "username",
        (_, ObjectKind.User) => "user",
        (_, ObjectKind.Admin) => "admin",
        (_, ObjectKind.EventAction) => "actions",
        _ => "",
    };
}
