using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Dumps;

/// <summary>JSON of dumps: what is empty, zero or as it is by default is left out, which is what reading makes of its absence. A tenth of the length for most users.</summary>
internal static class DumpJson
{
    private static readonly HashSet<string> AlwaysWritten = new(StringComparer.Ordinal) { "status", "scope", "type", "trigger", "version" };

    private static readonly JsonSerializerOptions Options = new(AccountsJson.Default.Options) { TypeInfoResolver = AccountsJson.Default.WithAddedModifier(LeaveOutEmpty) };

    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static void LeaveOutEmpty(JsonTypeInfo info)
    {
        foreach (JsonPropertyInfo property in info.Properties)
        {
            if (!AlwaysWritten.Contains(property.Name))
            {
                var ofDefault = new Lazy<object?>(() => DefaultOf(property.PropertyType));
                property.ShouldSerialize = (_, value) => !IsEmpty(value, ofDefault);
            }
        }
    }

    private static bool IsEmpty(object? value, Lazy<object?> ofDefault) => value switch
    {
        null or false or 0 or 0L or "" or ICollection { Count: 0 } => true,
        string or bool or int or long or ICollection => false,
        _ => value.Equals(ofDefault.Value),
    };

    private static object? DefaultOf(Type type) =>
        type.IsClass && type.Namespace == typeof(User).Namespace && AccountsJson.Default.GetTypeInfo(type) is { CreateObject: { } create } ? create() : null;
}
