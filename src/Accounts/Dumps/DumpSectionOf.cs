using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps.Mending;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>One list of a dump: each object is checked and made ready by the rules of its kind.</summary>
internal sealed partial class DumpSection<T>(string name, ObjectDescriptor<T> descriptor, JsonTypeInfo<T> json, ServiceEnvironment services) : DumpSection(descriptor.Kind, name)
    where T : class, IAccountObject
{
    // Other logins have the workers for themselves most of the time.
    private const int MaxHashTries = 100;

    private static readonly TimeSpan HashPause = TimeSpan.FromMilliseconds(100);

    // With their places in the list; without JSON they are left out.
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
        for (int start = 0; start < _elements.Count; start += IObjectStore.MaxPage)
        {
            (int Index, string Name, ReadOnlyMemory<byte> Json)[] page = [.. _elements.GetRange(start, Math.Min(IObjectStore.MaxPage, _elements.Count - start))];
            IReadOnlyList<StoredObject> found = await plan.Store.FindManyAsync(Kind, [.. page.Where(one => DataArguments.IsName(one.Name)).Select(one => one.Name)], ct).ConfigureAwait(false);
            Dictionary<string, StoredObject> stored = found.ToDictionary(one => one.Key.Name, StringComparer.Ordinal);
            for (int i = 0; i < page.Length; i++)
            {
                if (plan.IsOver)
                {
                    return;
                }

                (int index, string name, ReadOnlyMemory<byte> element) = page[i];
                if (element.Length > 0)
                {
                    _elements[start + i] = (index, name, await PrepareAsync(index, name, element, stored.GetValueOrDefault(name), plan, isSealing, ct).ConfigureAwait(false));
                }
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

    // The element as it is from now on; nothing if it is left out.
    private async ValueTask<ReadOnlyMemory<byte>> PrepareAsync(int index, string name, ReadOnlyMemory<byte> element, StoredObject? stored, DumpPlan plan, bool isSealing, CancellationToken ct)
    {
        string path = PathOf(index);
        if (stored is not null && plan.Mode == DumpMode.AddOnly)
        {
            plan.Skipped += isSealing ? 1 : 0;
            return element;
        }

        if (Read(element, path, plan.Errors) is not { } given)
        {
            return element;
        }

        if (!isSealing)
        {
            return await MendAsync(given, name, path, element, stored, plan, ct).ConfigureAwait(false);
        }

        (T value, ObjectEdit<T> edit) = await CheckAsync(given, name, stored, plan, ct).ConfigureAwait(false);
        if (TryTakeErrors(edit, path, plan))
        {
            return element;
        }

        value = await SealAsync(value, edit, ct).ConfigureAwait(false);
        plan.IsBusy |= edit.IsBusy;
        Put(value, given, path, stored, plan);
        return element;
    }

    private async ValueTask<(T Value, ObjectEdit<T> Edit)> CheckAsync(T given, string name, StoredObject? stored, DumpPlan plan, CancellationToken ct)
    {
        var edit = new ObjectEdit<T>(plan.Context, stored is null ? null : Old(stored), plan.Now);
        T value = descriptor.Check(descriptor.WithName(given, name), edit);
        CheckKey(value, edit);
        if (edit.Refusal is null && edit.Errors.IsEmpty)
        {
            value = MarkChangedPassword(await descriptor.ResolveAsync(value, edit, ct).ConfigureAwait(false), edit);
        }

        return (value, edit);
    }

    private static bool TryTakeErrors(ObjectEdit<T> edit, string path, DumpPlan plan)
    {
        if (edit.Refusal is { } reason)
        {
            plan.Refuse(path, reason);
            return true;
        }

        plan.Errors.AddBelow(path, edit.Errors.Errors);
        return !edit.Errors.IsEmpty;
    }

    private void Put(T value, T given, string path, StoredObject? stored, DumpPlan plan)
    {
        byte[] document = ObjectDocument.Write(descriptor.Bare(value));
        if (document.Length > IObjectStore.MaxDocument)
        {
            plan.Errors.Add(path, $"{document.Length} bytes", $"an object of at most {IObjectStore.MaxDocument} bytes");
            return;
        }

        foreach ((string secret, string status) in LockedSecrets.Find(document, services.Protector))
        {
            plan.Warnings.Add(
                $"{NameOf(path, value.Name)}: {secret}: found a secret ({ValidationText.Show(status)}) that cannot be decrypted with this server's master key; it is kept as it is. Put the key of the server that wrote the dump into secrets.master_key_file, or set the secret anew.");
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

            await Task.Delay(HashPause, services.Time, ct).ConfigureAwait(false);
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
