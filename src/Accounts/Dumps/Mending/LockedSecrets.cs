using System.Text.Json;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>Finds encrypted secrets of an object's JSON that this server cannot open.</summary>
internal static class LockedSecrets
{
    /// <summary>Paths and forms of encryption.</summary>
    public static IEnumerable<(string Path, string Status)> Find(ReadOnlyMemory<byte> document, ISecretProtector protector)
    {
        if (!HasSecret(document.Span))
        {
            return [];
        }

        using var json = JsonDocument.Parse(document);
        var found = new List<(string Path, string Status)>();
        Walk(json.RootElement, "", protector, found);
        return found;
    }

    // Most objects have none: in a document, which is written without blanks, all payloads are empty then.
    private static bool HasSecret(ReadOnlySpan<byte> document)
    {
        ReadOnlySpan<byte> begin = "\"payload\":\""u8;
        for (int at; (at = document.IndexOf(begin)) >= 0;)
        {
            document = document[(at + begin.Length)..];
            if (!document.IsEmpty && document[0] != (byte)'"')
            {
                return true;
            }
        }

        return false;
    }

    private static void Walk(JsonElement value, string path, ISecretProtector protector, List<(string Path, string Status)> found)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Walk(item, $"{path}[{index++}]", protector, found);
                }

                break;
            case JsonValueKind.Object when SecretOf(value) is { } secret:
                if (!secret.IsPlain && !secret.IsRedacted && !protector.TryReveal(secret, out _))
                {
                    found.Add((path, secret.Status));
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", protector, found);
                }

                break;
            default:
                break;
        }
    }

    private static Secret? SecretOf(JsonElement value)
    {
        if (TextOf(value, "status") is not { Length: > 0 } status || TextOf(value, "payload") is not { Length: > 0 } payload)
        {
            return null;
        }

        int mode = value.TryGetProperty("mode", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out int read) ? read : 0;
        return new() { Status = status, Payload = payload, Key = TextOf(value, "key") ?? "", AdditionalData = TextOf(value, "additional_data") ?? "", Mode = mode };
    }

    private static string? TextOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
