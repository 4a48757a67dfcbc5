using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Hpc.HttpApi.Tests;

/// <summary>Makes requests that an OpenAPI document describes, with values that are right, nearly right, and wrong.</summary>
internal sealed partial class RandomValues(Random random, JsonNode document, string secret)
{
    private const int MaxDepth = 6;

    private static readonly string[] Names = ["kim", "shared", "team", "boss", "call", "branch", "10.0.0.1", "nobody", "a%2Fb", "%00", "..", "%C3%A9", "x y", "1", "2"];

    private static readonly string[] Texts =
        ["", "kim", "shared", "team", "branch", "call", "\0", "../../etc/passwd", "é", "\ud83d\ude00", "<script>", "' OR 1=1 --", "%s%n", "10.0.0.0/8", "/srv/x", "2026-01-01T00:00:00Z", "*", "list", "SSH", "password", "Default"];

    public HttpRequestMessage NewRequest(string method, string path, JsonNode operation, string token)
    {
        string filled = PathParameter().Replace(path, _ => Pick(Names));
        var query = new List<string>();
        var request = new HttpRequestMessage { Method = new HttpMethod(method.ToUpperInvariant()) };
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
        {
            string name = parameter!["name"]!.GetValue<string>();
            if (random.Next(2) == 0)
            {
                continue;
            }

            string value = parameter["schema"]!["enum"] is JsonArray allowed && random.Next(3) > 0 ? allowed[random.Next(allowed.Count)]!.ToString() : ParameterValue();
            switch (parameter["in"]!.GetValue<string>())
            {
                case "query":
                    query.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}");
                    break;
                case "header":
                    request.Headers.TryAddWithoutValidation(name, Ascii(value));
                    break;
            }
        }

        request.RequestUri = new Uri(filled + (query.Count > 0 ? "?" + string.Join('&', query) : ""), UriKind.Relative);
        AddCredentials(request, token);
        if (operation["requestBody"]?["content"] is JsonObject content)
        {
            AddBody(request, content);
        }

        return request;
    }

    private static string Ascii(string text) => string.Concat(text.Where(c => c is >= ' ' and < (char)127));

    private void AddCredentials(HttpRequestMessage request, string token)
    {
        switch (random.Next(12))
        {
            case 0:
                break;
            case 1:
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Ascii(Pick(Texts)));
                break;
            case 2:
                request.Headers.TryAddWithoutValidation("X-SFTPGO-API-KEY", Pick(["", "a.b", "a.b.c", ".", new string('k', 900)]));
                break;
            case 3:
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"boss:{secret}5")));
                break;
            default:
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                break;
        }
    }

    private void AddBody(HttpRequestMessage request, JsonObject content)
    {
        (string type, JsonNode? media) = content.First();
        byte[] bytes = Encoding.UTF8.GetBytes(Value(media!["schema"]!, 0)?.ToJsonString() ?? "null");
        switch (random.Next(8))
        {
            case 0:
                bytes = bytes[..random.Next(bytes.Length + 1)];
                break;
            case 1 when bytes.Length > 0:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
            case 2:
                bytes = Encoding.UTF8.GetBytes(Pick(["", "null", "[]", "7", "\"x\"", "{", new string('[', 500), "{\"a\":" + new string('[', 40) + new string(']', 40) + "}", "{\"username\":\"\\ud800\"}", "{\"name\":\"x\",\"name\":\"y\"}"]));
                break;
        }

        request.Content = new ByteArrayContent(bytes);
        string sent = random.Next(10) == 0 ? Pick(["text/plain", "image/png", "multipart/form-data", "application/json; charset=utf-16"]) : type;
        request.Content.Headers.TryAddWithoutValidation("Content-Type", sent);
    }

    private JsonNode? Value(JsonNode schema, int depth)
    {
        if (depth > MaxDepth || random.Next(20) == 0)
        {
            return random.Next(4) switch { 0 => null, 1 => JsonValue.Create(random.Next(3)), 2 => JsonValue.Create(Pick(Texts)), _ => new JsonArray() };
        }

        schema = Resolve(schema);
        if (schema["enum"] is JsonArray values && random.Next(4) > 0)
        {
            return values[random.Next(values.Count)]?.DeepClone();
        }

        switch (schema["type"]?.ToString())
        {
            case "object":
                return NewObject(schema, depth);
            case "array":
                return new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(schema["items"]!, depth + 1))]);
            case "integer" or "number":
                return random.Next(6) switch { 0 => JsonValue.Create(-1L), 1 => JsonValue.Create(long.MaxValue), 2 => JsonValue.Create(1.5), _ => JsonValue.Create(random.Next(5)) };
            case "boolean":
                return JsonValue.Create(random.Next(2) == 0);
            default:
                return JsonValue.Create(random.Next(8) == 0 ? new string('a', random.Next(600)) : Pick(Texts));
        }
    }

    private JsonObject NewObject(JsonNode schema, int depth)
    {
        var made = new JsonObject();
        if (schema["additionalProperties"] is JsonObject map)
        {
            made[Pick(Texts)] = Value(map, depth + 1);
        }

        foreach ((string name, JsonNode? property) in schema["properties"]?.AsObject() ?? [])
        {
            if (random.Next(3) == 0)
            {
                made[name] = Value(property!, depth + 1);
            }
        }

        return made;
    }

    private JsonNode Resolve(JsonNode schema)
    {
        while (true)
        {
            if (schema["$ref"]?.GetValue<string>() is { } reference)
            {
                schema = document["components"]!["schemas"]![reference[(reference.LastIndexOf('/') + 1)..]]!;
            }
            else if ((schema["oneOf"] ?? schema["allOf"] ?? schema["anyOf"]) is JsonArray { Count: > 0 } choices)
            {
                schema = choices[^1]!;
            }
            else
            {
                return schema;
            }
        }
    }

    private string ParameterValue() => random.Next(3) == 0 ? Pick(["-1", "0", "1", "501", "99999999999999999999", "x"]) : Pick(Texts).Replace("\ud83d\ude00", "z", StringComparison.Ordinal);

    private string Pick(string[] values) => values[random.Next(values.Length)];

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();
}
