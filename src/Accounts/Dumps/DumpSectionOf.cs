using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>One list of a dump: each object is checked and made ready by the rules of its kind.</summary>
internal sealed class DumpSection<T>(string name, ObjectDescriptor<T> descriptor, JsonTypeInfo<T> json, TimeProvider time) : DumpSection(descriptor.Kind, name)
    where T : class, IAccountObject
{
    // Other logins have the workers for themselves most of the time.
    private const int MaxHashTries = 100;

    private static readonly TimeSpan HashPause = TimeSpan.FromMilliseconds(100);

    // With their places in the list.
    private readonly List<(int Index, string Name, ReadOnlyMemory<byte> Json)> _elements = [];

    public override void ReadNames(IReadOnlyList<ReadOnlyMemory<byte>> elements, PendingObjects pending, DumpErrors errors)
    {
        for (int i = 0; i < elements.Count && !errors.IsFull; i++)
        {
            if (elements[i].Length == 0 || Read(elements[i], PathOf(i), errors) is not { } value)
            {
                continue;
            }

            string own = descriptor.NormaliseName(value.Name);
            if (own.Length == 0)
            {
                errors.Add(DumpErrors.Join(PathOf(i), NameField), "nothing", "a name");
            }
            else if (!pending.TryAdd(new ObjectKey(Kind, own), elements[i]))
            {
                errors.Add(DumpErrors.Join(PathOf(i), NameField), $"{ValidationText.Show(own)} a second time", "each name once");
            }
            else
            {
                _elements.Add((i, own, elements[i]));
            }
        }
    }

    public override async ValueTask PrepareAsync(DumpPlan plan, bool isSealing, CancellationToken ct)
    {
        foreach ((int Index, string Name, ReadOnlyMemory<byte> Json)[] page in _elements.Chunk(IObjectStore.MaxPage))
        {
            IReadOnlyList<StoredObject> found = await plan.Store.FindManyAsync(Kind, [.. page.Where(one => DataArguments.IsName(one.Name)).Select(one => one.Name)], ct).ConfigureAwait(false);
            Dictionary<string, StoredObject> stored = found.ToDictionary(one => one.Key.Name, StringComparer.Ordinal);
            foreach ((int Index, string Name, ReadOnlyMemory<byte> Json) element in page)
            {
                if (plan.IsOver)
                {
                    return;
                }

                await PrepareAsync(element.Index, element.Name, element.Json, stored.GetValueOrDefault(element.Name), plan, isSealing, ct).ConfigureAwait(false);
            }
        }
    }

    private string NameField => Kind switch
    {
        ObjectKind.User or ObjectKind.Admin => "username",
        ObjectKind.ApiKey or ObjectKind.Share => "id",
        ObjectKind.IpListEntry => "ipornet",
        _ => "name",
    };

    private async ValueTask PrepareAsync(int index, string name, ReadOnlyMemory<byte> element, StoredObject? stored, DumpPlan plan, bool isSealing, CancellationToken ct)
    {
        string path = PathOf(index);
        if (stored is not null && plan.Mode == DumpMode.AddOnly)
        {
            plan.Skipped += isSealing ? 1 : 0;
            return;
        }

        if (Read(element, path, plan.Errors) is not { } given)
        {
            return;
        }

        var edit = new ObjectEdit<T>(plan.Context, stored is null ? null : Old(stored), plan.Now);
        T value = descriptor.Check(descriptor.WithName(given, name), edit);
        CheckKey(value, edit);
        if (edit.Refusal is null && edit.Errors.IsEmpty)
        {
            value = MarkChangedPassword(await descriptor.ResolveAsync(value, edit, ct).ConfigureAwait(false), edit);
        }

        if (edit.Refusal is { } reason)
        {
            plan.Refuse(path, reason);
            return;
        }

        plan.Errors.AddBelow(path, edit.Errors.Errors);
        if (!edit.Errors.IsEmpty)
        {
            return;
        }

        if (!isSealing)
        {
            NoteReferences(value, path, plan);
            edit.Before.ForEach(change => plan.Made.TryAdd(change.Key, change));
            return;
        }

        value = await SealAsync(value, edit, ct).ConfigureAwait(false);
        plan.IsBusy |= edit.IsBusy;
        Put(value, given, path, stored, plan);
    }

    private void Put(T value, T given, string path, StoredObject? stored, DumpPlan plan)
    {
        byte[] document = ObjectDocument.Write(descriptor.Bare(value));
        if (document.Length > IObjectStore.MaxDocument)
        {
            plan.Errors.Add(path, $"{document.Length} bytes", $"an object of at most {IObjectStore.MaxDocument} bytes");
            return;
        }

        plan.Changes.Add(ObjectChange.Put(new ObjectKey(Kind, value.Name), stored?.Version ?? 0, document, descriptor.RoleOf(value), [.. descriptor.ReferencesOf(value).Distinct()]));
        plan.Aftermath.Add(descriptor.WithName(given, value.Name), stored is null);
    }

    private async ValueTask<T> SealAsync(T value, ObjectEdit<T> edit, CancellationToken ct)
    {
        for (int tries = 1; ; tries++)
        {
            edit.IsBusy = false;
            T done = await descriptor.SealAsync(value, edit, ct).ConfigureAwait(false);
            if (!edit.IsBusy || tries == MaxHashTries)
            {
                return done;
            }

            await Task.Delay(HashPause, time, ct).ConfigureAwait(false);
        }
    }

    private void NoteReferences(T value, string path, DumpPlan plan)
    {
        foreach (ObjectKey reference in descriptor.ReferencesOf(value))
        {
            plan.Require(reference, DumpErrors.Join(path, FieldOf(Kind, reference.Kind)));
        }
    }

    // Without its hash a new key is one that nobody knows.
    private static void CheckKey(T value, ObjectEdit<T> edit)
    {
        if (value is ApiKey { Key: null or "" })
        {
            edit.Errors.AddMissing("key", "the hash of the key");
        }
    }

    // Another password ends sessions that began with the one before, whatever the dump says of its date.
    private static T MarkChangedPassword(T value, ObjectEdit<T> edit) =>
        value is User user && edit.Old is User old && user.Password != old.Password && user.LastPasswordChange == old.LastPasswordChange
            ? (T)(object)(user with { LastPasswordChange = Math.Max(edit.Now, old.LastPasswordChange + 1) })
            : value;

    // What cannot be read any more is replaced as if it were new, if it still has its version.
    private Versioned<T>? Old(StoredObject stored)
    {
        try
        {
            return new(descriptor.WithId(descriptor.WithName(ObjectDocument.Read<T>(stored.Document), stored.Key.Name), stored.Id), stored.Version);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private T? Read(ReadOnlyMemory<byte> element, string path, DumpErrors errors)
    {
        try
        {
            return JsonSerializer.Deserialize(element.Span, json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The message may show what was found, which may be a secret. An escaped half of a surrogate pair is an operation that is invalid.
            string at = (exception as JsonException)?.Path is { Length: > 1 } below && below[0] == '$' ? below[1..].TrimStart('.') : "";
            errors.Add(DumpErrors.Join(path, at), "a value of another type, or text that is no Unicode", "a value of the field's type");
            return null;
        }
    }
}
