using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>Changes the JSON of one object so that its errors are gone, or says that it cannot be.</summary>
internal sealed class ObjectMender(ObjectKind kind, JsonObject root, Action<ObjectError, string> tell)
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly List<(JsonArray List, int Index)> _removals = [];
    private MendEffect _effect;
    private ObjectError? _reason;

    public MendOutcome Mend(IReadOnlyList<ObjectError> errors)
    {
        JsonNode? settings = kind == ObjectKind.Group ? root["user_settings"] : root;
        string path = kind == ObjectKind.Group ? "user_settings.permissions" : "permissions";
        if (kind is ObjectKind.User or ObjectKind.Group && settings?["permissions"] is JsonObject permissions && new PermissionsMender(path, tell).Mend(permissions, out bool isRestricted))
        {
            Take(isRestricted ? MendEffect.Disable : MendEffect.None, errors.FirstOrDefault(error => error.Path.StartsWith(path, StringComparison.Ordinal)));
            errors = [.. errors.Where(error => !error.Path.StartsWith(path, StringComparison.Ordinal))];
        }

        foreach (ObjectError error in errors)
        {
            MendEffect effect = Mend(error);
            if (effect >= MendEffect.LeaveOut)
            {
                return new(effect, error);
            }

            Take(effect, error);
        }

        // The last ones first: the others keep their places.
        foreach ((JsonArray list, int index) in _removals.OrderByDescending(static one => one.Index))
        {
            list.RemoveAt(index);
        }

        return new(_effect, _reason);
    }

    private void Take(MendEffect effect, ObjectError? error)
    {
        if (effect > _effect)
        {
            (_effect, _reason) = (effect, error);
        }
    }

    private MendEffect Mend(ObjectError error)
    {
        var place = JsonPlace.Parse(error.Path);
        foreach (MendRule rule in MendRules.Find(kind, place))
        {
            if (rule.Effect == MendEffect.Refuse)
            {
                return MendEffect.Refuse;
            }

            JsonPlace target = place.Cut(rule.Target);
            string done = target.ToString();
            if (_done.Contains(done) || TryApply(rule, target))
            {
                if (_done.Add(done) || rule.Target == rule.Place)
                {
                    tell(error, rule.Done);
                }

                return rule.Effect;
            }
        }

        return MendEffect.LeaveOut;
    }

    private bool TryApply(MendRule rule, JsonPlace target)
    {
        if (!target.TryFind(root, out JsonNode? parent, out int index))
        {
            return false;
        }

        JsonNode? mended = null;
        if (rule.Fix is { } fix && !fix(index < 0 ? parent![target.Last] : parent![index], out mended))
        {
            return false;
        }

        switch (parent)
        {
            case JsonArray list when mended is null:
                _removals.Add((list, index));
                break;
            case JsonArray list:
                list[index] = mended;
                break;
            case JsonObject one when mended is null:
                one.Remove(target.Last);
                break;
            case JsonObject one:
                one[target.Last] = mended;
                break;
            default:
                return false;
        }

        return true;
    }
}
