using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps.Mending;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <content>Makes objects that other servers accept ones that this one does.</content>
internal sealed partial class DumpSection<T>
{
    // Each takes up to a hundred errors away, and the next may be about what was left.
    private const int MaxRounds = 50;

    // The element as it is to be loaded; nothing if it is left out.
    private async ValueTask<ReadOnlyMemory<byte>> MendAsync(T given, string name, string path, ReadOnlyMemory<byte> element, StoredObject? stored, DumpPlan plan, CancellationToken ct)
    {
        string shown = NameOf(path, name);
        T mended = LostReferences.Remove(
            given, plan, services.Names.Normalise, (at, found, done) => plan.Warnings.Add($"{shown}: {at}: found {found}; {done}."), out bool isLeftOut);
        if (isLeftOut)
        {
            return LeaveOut(given, name, shown, stored, plan);
        }

        for (int round = 0; ; round++)
        {
            (T value, ObjectEdit<T> edit) = await CheckAsync(mended, name, stored, plan, ct).ConfigureAwait(false);
            if (edit.Refusal is not null || edit.Errors.IsEmpty)
            {
                if (TryTakeErrors(edit, path, plan))
                {
                    return element;
                }

                return Accept(mended, value, edit, name, path, element, isSame: ReferenceEquals(mended, given), plan);
            }

            ObjectError first = edit.Errors.Errors[0];
            MendOutcome outcome = round == MaxRounds ? new(MendEffect.LeaveOut, first) : Mend(ref mended, edit.Errors.Errors, shown, stored, plan);
            if (outcome.Effect == MendEffect.Refuse)
            {
                _ = TryTakeErrors(edit, path, plan);
                return element;
            }

            if (outcome.Effect == MendEffect.LeaveOut)
            {
                string what = stored is null ? "left out" : "left as it is stored";
                plan.Warnings.Add($"{shown}: {(outcome.Reason ?? first).Path}: found {(outcome.Reason ?? first).Found}, allowed is {(outcome.Reason ?? first).Allowed}; the {descriptor.Noun} is {what}.");
                return LeaveOut(given, name, shown, stored, plan);
            }
        }
    }

    private MendOutcome Mend(ref T value, IReadOnlyList<ObjectError> errors, string shown, StoredObject? stored, DumpPlan plan)
    {
        bool couldLogIn = CanLogIn(value, stored);
        JsonObject root = JsonSerializer.SerializeToNode(value, json)!.AsObject();
        MendOutcome outcome = new ObjectMender(Kind, root, (error, done) => plan.Warnings.Add($"{shown}: {error.Path}: found {error.Found}; {done}.")).Mend(errors);
        if (outcome.Effect >= MendEffect.LeaveOut)
        {
            return outcome;
        }

        value = JsonSerializer.Deserialize(root, json)!;
        if (outcome.Effect == MendEffect.Disable || (couldLogIn && !CanLogIn(value, stored)))
        {
            // A group that is stored without a restriction would let in whoever is or becomes its member.
            return TryDisable(ref value, shown, plan) ? outcome : new(MendEffect.LeaveOut, outcome.Reason ?? errors[0]);
        }

        return outcome;
    }

    private ReadOnlyMemory<byte> Accept(T mended, T value, ObjectEdit<T> edit, string name, string path, ReadOnlyMemory<byte> element, bool isSame, DumpPlan plan)
    {
        NoteReferences(value, path, plan);
        edit.Before.ForEach(change => plan.Made.TryAdd(change.Key, change));
        if (isSame)
        {
            return element;
        }

        byte[] document = JsonSerializer.SerializeToUtf8Bytes(mended, json);
        plan.Pending.Replace(new ObjectKey(Kind, name), document);
        return document;
    }

    private ReadOnlyMemory<byte> LeaveOut(T given, string name, string shown, StoredObject? stored, DumpPlan plan)
    {
        var key = new ObjectKey(Kind, name);
        plan.Pending.Remove(key);
        if (stored is null)
        {
            plan.LeftOut.Add(key);
            return default;
        }

        // What refers to others goes by what they are in the dump.
        if (Kind is ObjectKind.Group or ObjectKind.Folder or ObjectKind.Role)
        {
            plan.LeftAsStored.Add(key);
        }

        if (Old(stored)?.Value is { } old && LockDown.TryApply(given, old, plan.Now, out T locked, out string done))
        {
            plan.Warnings.Add($"{shown}: {done}.");
            plan.Changes.Add(ObjectChange.Put(key, stored.Version, ObjectDocument.Write(descriptor.Bare(locked)), descriptor.RoleOf(locked), [.. descriptor.ReferencesOf(locked).Distinct()]));
            if (Kind == ObjectKind.User)
            {
                plan.Aftermath.UpdatedUsers.Add(name);
            }
        }

        return default;
    }

    private static bool TryDisable(ref T value, string shown, DumpPlan plan)
    {
        T? disabled = value switch
        {
            User user => (T)(object)(user with { Status = 0 }),
            Admin admin => (T)(object)(admin with { Status = 0 }),
            _ => null,
        };
        if (disabled is null)
        {
            return false;
        }

        if (value is User { Status: not 0 } or Admin { Status: not 0 })
        {
            plan.Warnings.Add($"{shown}: what was left out was a restriction or a way to log in; the account is disabled.");
        }

        value = disabled;
        return true;
    }

    // Who never had a password or a key may be known to others, who say yes to it.
    private bool CanLogIn(T value, StoredObject? stored) => value is not User user
        || !string.IsNullOrEmpty(user.Password) || user.PublicKeys.Count > 0 || user.Filters.TlsCerts.Count > 0 || user.Filters.TlsUsername == "CommonName"
        || (stored is not null && Old(stored)?.Value is User { Password.Length: > 0 });

    private static string NameOf(string path, string name) => name.Length == 0 ? path : $"{path} {ValidationText.Show(name)}";
}
