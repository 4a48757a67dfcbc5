using System.Security.Cryptography;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <content>Adding, updating and removing.</content>
internal sealed partial class ObjectService<T>
{
    public async ValueTask<ObjectResult<T>> AddAsync(T value, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(context);
        value = descriptor.WithName(value, context.IsRestore && value.Name.Length > 0 ? descriptor.NormaliseName(value.Name) : descriptor.NameOfNew(value));
        return await StoreAsync(value, null, context, ObjectAction.Add, ct).ConfigureAwait(false);
    }

    public async ValueTask<ObjectResult<T>> UpdateAsync(string name, T value, long? expectedVersion, ChangeContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(context);
        name = await ResolveNameAsync(name, ct).ConfigureAwait(false);
        Versioned<T>? stored = await FindVisibleAsync(name, context, ct).ConfigureAwait(false);
        if (stored is null && !descriptor.IsAlwaysThere)
        {
            return NotFound(name);
        }

        if (expectedVersion is { } expected && expected != (stored?.Version ?? 0))
        {
            return Conflict(name, stored?.Version ?? 0);
        }

        return await StoreAsync(descriptor.WithName(value, name), stored, context, ObjectAction.Update, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// A change that the server makes of what is stored, with all rules of the kind behind it left aside: retried while others change the object at the same moment.
    /// <paramref name="change"/> returns null to leave it as it is.
    /// </summary>
    internal async ValueTask<Versioned<T>?> MutateAsync(string name, Func<T, T?> change, CancellationToken ct)
    {
        for (int tries = 0; ; tries++)
        {
            if (await LoadAsync(name, ct).ConfigureAwait(false) is not { } stored || change(stored.Value) is not { } value)
            {
                return null;
            }

            ObjectStoreResult result = await services.Objects.ApplyAsync([Put(value, stored.Version)], ct).ConfigureAwait(false);
            if (result.Outcome == ObjectStoreOutcome.Done)
            {
                await services.AnnounceAsync([new(Kind, name)]).ConfigureAwait(false);
                return new(descriptor.WithId(value, result.Stored[0]!.Id), result.Stored[0]!.Version);
            }

            if (result.Outcome is not (ObjectStoreOutcome.VersionConflict or ObjectStoreOutcome.NotFound) || tries >= MaxTries)
            {
                throw new DataProviderException($"{descriptor.Noun} '{name}' could not be changed: {result.Outcome}.");
            }
        }
    }

    private async ValueTask<ObjectResult<T>> StoreAsync(T value, Versioned<T>? stored, ChangeContext context, ObjectAction action, CancellationToken ct)
    {
        var edit = new ObjectEdit<T>(context, stored, services.Now);
        value = descriptor.Check(value, edit);
        if (edit.Refusal is null && !edit.Errors.IsFull)
        {
            value = await descriptor.ResolveAsync(value, edit, ct).ConfigureAwait(false);
        }

        if (edit.Refusal is { } reason)
        {
            return Refuse(action, value.Name, context, reason);
        }

        if (!edit.Errors.IsEmpty)
        {
            return ObjectResult<T>.Invalid(edit.Errors.Errors);
        }

        value = await descriptor.SealAsync(value, edit, ct).ConfigureAwait(false);
        if (edit.IsBusy)
        {
            return ObjectResult<T>.Failed(ObjectStatus.Busy, "Too many passwords wait to be hashed; try again.");
        }

        return await CommitAsync(value, edit, action, ct).ConfigureAwait(false);
    }

    private async ValueTask<ObjectResult<T>> CommitAsync(T value, ObjectEdit<T> edit, ObjectAction action, CancellationToken ct)
    {
        ObjectChange put = Put(value, edit.Stored?.Version ?? 0);
        if (put.Document!.Value.Length > IObjectStore.MaxDocument)
        {
            return ObjectResult<T>.Invalid([new("", $"{put.Document.Value.Length} bytes", $"an object of at most {IObjectStore.MaxDocument} bytes")]);
        }

        IReadOnlyList<ObjectChange> changes = [.. edit.Before, put];
        ObjectStoreResult result = await services.Objects.ApplyAsync(changes, ct).ConfigureAwait(false);
        if (result.Outcome != ObjectStoreOutcome.Done)
        {
            return Failed(value, result, changes.Count - 1);
        }

        await services.AnnounceAsync([.. changes.Select(change => change.Key)]).ConfigureAwait(false);
        StoredObject now = result.Stored[^1]!;
        Versioned<T> done = await CompleteAsync(new(descriptor.WithId(descriptor.Bare(value), now.Id), now.Version), edit.Context, ct).ConfigureAwait(false);
        Report(action, done.Value, edit.Context);
        return ObjectResult<T>.Done(edit.OneTimeKey is { } key ? done with { Value = WithKey(done.Value, key) } : done);
    }

    private ObjectChange Put(T value, long? version) => ObjectChange.Put(
        new(Kind, value.Name), version, ObjectDocument.Write(descriptor.Bare(value)), descriptor.RoleOf(value), [.. descriptor.ReferencesOf(value).Distinct()]);

    private static T WithKey(T value, string key) => value is ApiKey apiKey ? (T)(object)(apiKey with { Key = key }) : value;

    internal void Report(ObjectAction action, T value, ChangeContext context)
    {
        ServicesLog.Changed(services.Logger, action, Kind, LogNameOf(value.Name), ActorOf(context), context.Remote);
        services.Events?.Publish(new(action, descriptor.Redact(value), context, services.Time.GetUtcNow()));
    }

    private ObjectResult<T> Refuse(ObjectAction action, string name, ChangeContext context, string reason)
    {
        // A name that was not checked may hold anything.
        ServicesLog.Refused(services.Logger, action, Kind, ValidationText.Show(LogNameOf(name)), ActorOf(context), context.Remote, reason);
        return ObjectResult<T>.Failed(ObjectStatus.Forbidden, reason);
    }

    private ObjectResult<T> Failed(T value, ObjectStoreResult result, int index) => result.Outcome switch
    {
        ObjectStoreOutcome.AlreadyExists when result.Index == index => ObjectResult<T>.Failed(ObjectStatus.AlreadyExists, $"There is a {descriptor.Noun} {ValidationText.Show(value.Name)} already."),
        ObjectStoreOutcome.NotFound => NotFound(value.Name),
        ObjectStoreOutcome.ReferenceMissing => ObjectResult<T>.Invalid([new("", $"a reference to {Show(result.Reference?.To)}, which is not there", "names of objects that exist")]),
        ObjectStoreOutcome.Referenced => ObjectResult<T>.Failed(ObjectStatus.Referenced, $"{Show(result.Reference?.From)} refers to it."),
        _ => ObjectResult<T>.Failed(ObjectStatus.VersionConflict, $"Somebody else changed the {descriptor.Noun} {ValidationText.Show(value.Name)} at the same moment; read it again."),
    };

    private ObjectResult<T> NotFound(string name) => ObjectResult<T>.Failed(ObjectStatus.NotFound, $"There is no {descriptor.Noun} {ValidationText.Show(name)}.");

    private ObjectResult<T> Conflict(string name, long version) =>
        ObjectResult<T>.Failed(ObjectStatus.VersionConflict, $"The {descriptor.Noun} {ValidationText.Show(name)} has version {version}; read it again.");

    private static string Show(ObjectKey? key) => key is { } one ? $"{one.Kind} {ValidationText.Show(one.Name)}" : "another object";

    // Who knows the id of a share may use it; the digest tells which lines are about the same one.
    private string LogNameOf(string name) => Kind == ObjectKind.Share ? "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)), 0, 4) : name;

    private static string ActorOf(ChangeContext context) => context.ActorName.Length > 0 ? context.ActorName : "the operator";
}
