using System.Text.Json;
using System.Text.Json.Nodes;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;

namespace Hpc.Accounts.Services.Descriptors;

/// <summary>Finds secrets in JSON whose shape is not known here: objects with a status and a payload.</summary>
internal static class JsonSecrets
{
    /// <summary>The same with every secret replaced.</summary>
    public static JsonElement? Map(JsonElement? value, Func<Secret, Secret> map) =>
        value is { ValueKind: JsonValueKind.Object } one ? ToElement(Replace(JsonObject.Create(one)!, null, "", (_, secret, _) => map(secret))) : value;

    /// <summary>The same with secrets merged with those that stand at the same place of what is stored.</summary>
    public static JsonElement Merge(string path, JsonElement value, JsonElement? old, bool isRestore, ErrorList errors)
    {
        JsonObject? stored = old is { ValueKind: JsonValueKind.Object } one ? JsonObject.Create(one) : null;
        return ToElement(Replace(JsonObject.Create(value)!, stored, path, (at, secret, before) => SecretRules.Merge(at, secret, before, isRestore, errors)));
    }

    private static JsonObject Replace(JsonObject value, JsonObject? stored, string path, Func<string, Secret, Secret?, Secret> replace)
    {
        foreach (string name in value.Select(member => member.Key).ToArray())
        {
            if (value[name] is not JsonObject child)
            {
                continue;
            }

            string at = $"{path}.{name}";
            var before = stored?[name] as JsonObject;
            value[name] = TryRead(child, out Secret? secret)
                ? Write(replace(at, secret, before is not null && TryRead(before, out Secret? old) ? old : null))
                : Replace((JsonObject)child.DeepClone(), before, at, replace);
        }

        return value;
    }

    private static bool TryRead(JsonObject value, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Secret? secret)
    {
        secret = null;
        if (TextOf(value, "status") is not { } status || !value.ContainsKey("payload"))
        {
            return false;
        }

        secret = new() { Status = status, Payload = TextOf(value, "payload") ?? "", Key = TextOf(value, "key") ?? "", AdditionalData = TextOf(value, "additional_data") ?? "", Mode = NumberOf(value, "mode") };
        return true;
    }

    private static JsonObject Write(Secret secret)
    {
        var value = new JsonObject { ["status"] = secret.Status, ["payload"] = secret.Payload };
        if (secret.Key.Length > 0)
        {
            value["key"] = secret.Key;
        }

        if (secret.AdditionalData.Length > 0)
        {
            value["additional_data"] = secret.AdditionalData;
        }

        if (secret.Mode != 0)
        {
            value["mode"] = secret.Mode;
        }

        return value;
    }

    private static string? TextOf(JsonObject value, string name) => value[name] is JsonValue one && one.TryGetValue(out string? text) ? text : null;

    private static int NumberOf(JsonObject value, string name) => value[name] is JsonValue one && one.TryGetValue(out int number) ? number : 0;

    private static JsonElement ToElement(JsonObject value)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        return document.RootElement.Clone();
    }
}
