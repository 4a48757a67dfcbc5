using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.HttpApi.Endpoints;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Json;

/// <summary>Tells what is wrong with a JSON body: where it is no JSON, or which field has a value of the wrong form. Values themselves are not repeated; they may be secrets.</summary>
internal static class JsonFault
{
    private const int MaxDepth = 32;
    private const int MaxPath = 200;

    public static IResult Explain(JsonException fault, ReadOnlyMemory<byte> json, JsonTypeInfo type)
    {
        string found;
        string path = "";
        string allowed;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth });
            IReadOnlyList<string> steps = Split(fault.Path ?? "$");
            path = PathOf(steps);
            found = FoundAt(document.RootElement, steps);
            allowed = AllowedAt(type, steps);
        }
        catch (JsonException syntax)
        {
            return Answer.Refused(StatusCodes.Status400BadRequest, WhereOf(syntax));
        }

        return Answer.Invalid(path.Length == 0 ? "(body)" : path, found, allowed);
    }

    private static string WhereOf(JsonException syntax) => syntax.LineNumber is { } line
        ? string.Create(CultureInfo.InvariantCulture, $"The body is no JSON: line {line + 1}, byte {syntax.BytePositionInLine + 1}.")
        : "The body is no JSON.";

    // $.filters.allowed_ip[2] and $['a.b'] as the serializer writes them.
    internal static IReadOnlyList<string> Split(string path)
    {
        var steps = new List<string>();
        int at = path.StartsWith('$') ? 1 : 0;
        while (at < path.Length)
        {
            int end;
            if (path.AsSpan(at).StartsWith("['", StringComparison.Ordinal))
            {
                end = path.IndexOf("']", at + 2, StringComparison.Ordinal);
                end = end < 0 ? path.Length : end;
                steps.Add(path[(at + 2)..end]);
                at = Math.Min(end + 2, path.Length);
            }
            else if (path[at] == '[')
            {
                end = path.IndexOf(']', at);
                end = end < 0 ? path.Length - 1 : end;
                steps.Add(path[at..(end + 1)]);
                at = end + 1;
            }
            else
            {
                at += path[at] == '.' ? 1 : 0;
                end = path.IndexOfAny(['.', '['], at);
                end = end < 0 ? path.Length : end;
                if (end > at)
                {
                    steps.Add(path[at..end]);
                }

                at = end;
            }
        }

        return steps;
    }

    private static string PathOf(IReadOnlyList<string> steps)
    {
        string path = string.Concat(steps.Select((step, i) => IsIndex(step) || i == 0 ? step : "." + step));
        path = string.Concat(path.Select(c => char.IsControl(c) ? '?' : c));
        return path.Length <= MaxPath ? path : path[..MaxPath] + "…";
    }

    private static bool IsIndex(string step) => step is ['[', .. string digits, ']'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static string FoundAt(JsonElement element, IReadOnlyList<string> steps)
    {
        foreach (string step in steps)
        {
            if (IsIndex(step) && element.ValueKind == JsonValueKind.Array)
            {
                int index = int.Parse(step.AsSpan(1, step.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture);
                if (index >= element.GetArrayLength())
                {
                    return "nothing";
                }

                element = element[index];
            }
            else if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(step, out element))
            {
                return "a value of another form";
            }
        }

        return Describe(element);
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => "a string",
        JsonValueKind.Number when element.TryGetInt64(out _) => "a number out of range",
        JsonValueKind.Number => "a number that is not whole, or out of range",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null => "null",
        JsonValueKind.Array => "a list",
        _ => "an object",
    };

    private static string AllowedAt(JsonTypeInfo type, IReadOnlyList<string> steps)
    {
        foreach (string step in steps)
        {
            Type? next = type.Kind switch
            {
                JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => type.ElementType,
                JsonTypeInfoKind.Object => type.Properties.FirstOrDefault(property => property.Name == step)?.PropertyType,
                _ => null,
            };
            if (next is null)
            {
                break;
            }

            type = type.Options.GetTypeInfo(next);
        }

        return Describe(type);
    }

    private static string Describe(JsonTypeInfo type)
    {
        Type value = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return type.Kind switch
        {
            JsonTypeInfoKind.Enumerable => "a list",
            JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Object => "an object",
            _ when value == typeof(string) => "a string",
            _ when value == typeof(bool) => "true or false",
            _ when value == typeof(int) => "a whole number from -2147483648 to 2147483647",
            _ when value == typeof(uint) => "a whole number from 0 to 4294967295",
            _ when value == typeof(long) => "a whole number of 64 bits",
            _ when value == typeof(DateTimeOffset) => "a time as in RFC 3339",
            _ => "a value of another form",
        };
    }
}
