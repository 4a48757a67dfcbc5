using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>What is particular to one kind of object.</summary>
internal abstract class ObjectDescriptor<T>(ServiceEnvironment services)
    where T : class, IAccountObject
{
    public abstract ObjectKind Kind { get; }

    /// <summary>For people: <c>user</c>, <c>API key</c>.</summary>
    public abstract string Noun { get; }

    /// <summary>True if the one object of the kind is always there to be updated.</summary>
    public virtual bool IsAlwaysThere => false;

    protected ServiceEnvironment Services { get; } = services;

    public virtual string NormaliseName(string name) => Services.Names.Normalise(name);

    /// <summary>A copy of this name; for a new object without one the descriptor gives one.</summary>
    public abstract T WithName(T value, string name);

    /// <summary>What a new object is to be called.</summary>
    public virtual string NameOfNew(T value) => NormaliseName(value.Name);

    /// <summary>The role that it belongs to; empty for none.</summary>
    public virtual string RoleOf(T value) => "";

    /// <summary>What the store holds up.</summary>
    public virtual IEnumerable<ObjectKey> ReferencesOf(T value) => [];

    public abstract bool IsVisible(T value, ChangeContext context);

    /// <summary>The role that a list is limited to; null for none.</summary>
    public virtual string? RoleOfList(ChangeContext context) => null;

    /// <summary>The names that a list is limited to; null for all.</summary>
    public virtual ValueTask<IReadOnlyList<string>?> FindNamesOfListAsync(ChangeContext context, CancellationToken ct) => new((IReadOnlyList<string>?)null);

    /// <summary>Checks what can be checked at once and puts everything into one spelling.</summary>
    public abstract T Check(T value, ObjectEdit<T> edit);

    /// <summary>Checks what the provider must be asked about. It may add to what is changed.</summary>
    public virtual ValueTask<T> ResolveAsync(T value, ObjectEdit<T> edit, CancellationToken ct) => new(value);

    /// <summary>Hashes passwords and encrypts secrets: the last step, for an object without errors.</summary>
    public virtual ValueTask<T> SealAsync(T value, ObjectEdit<T> edit, CancellationToken ct) => new(value);

    /// <summary>Without what is not in the document: the number, what is counted and what is derived.</summary>
    public abstract T Bare(T value);

    /// <summary>With its number and its document's content.</summary>
    public abstract T WithId(T value, long id);

    /// <summary>With what is counted and derived, for a whole page in a few queries.</summary>
    public virtual ValueTask<IReadOnlyList<T>> CompleteAsync(IReadOnlyList<T> page, ChangeContext context, CancellationToken ct) => new(page);

    public virtual T Redact(T value) => value;

    /// <summary>May refuse the removal, in words.</summary>
    public virtual string? RefuseDelete(T value, ChangeContext context) => null;

    /// <summary>The same, if the provider must be asked.</summary>
    public virtual ValueTask<string?> RefuseDeleteAsync(T value, ChangeContext context, CancellationToken ct) => new(RefuseDelete(value, context));

    /// <summary>What is removed or changed with it, for one try.</summary>
    public virtual ValueTask<IReadOnlyList<ObjectChange>> FindDependentsAsync(T value, CancellationToken ct) => new([]);

    /// <summary>What goes when it is gone.</summary>
    public virtual ValueTask DeletedAsync(T value, CancellationToken ct) => ValueTask.CompletedTask;
}
