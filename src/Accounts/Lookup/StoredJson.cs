using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Lookup;

/// <summary>Reads documents of the store.</summary>
internal static class StoredJson
{
    /// <summary>False with the reason, which holds nothing of the document, if it is no object of that name.</summary>
    public static bool TryRead<T>(StoredObject stored, JsonTypeInfo<T> json, [NotNullWhen(true)] out T? value, out string error)
        where T : class, IAccountObject
    {
        error = "";
        try
        {
            value = JsonSerializer.Deserialize(stored.Document.Span, json);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // An escaped half of a surrogate pair is an operation that is invalid.
            value = null;
            error = $"it is no JSON of that kind at {(exception as JsonException)?.Path ?? "$"}";
            return false;
        }

        if (value is null || !string.Equals(value.Name, stored.Key.Name, StringComparison.Ordinal))
        {
            value = null;
            error = "its document is that of another name";
            return false;
        }

        return true;
    }
}
