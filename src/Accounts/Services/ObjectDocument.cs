using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Services;

/// <summary>Objects as documents: what has its default is left out.</summary>
internal static class ObjectDocument
{
    private static readonly AccountsJson Compact = new(new JsonSerializerOptions(AccountsJson.Default.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault });

    public static byte[] Write<T>(T value)
        where T : class, IAccountObject => JsonSerializer.SerializeToUtf8Bytes(value, InfoOf<T>());

    /// <exception cref="JsonException">The provider holds what this program did not write.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> document)
        where T : class, IAccountObject =>
        JsonSerializer.Deserialize(document.Span, InfoOf<T>()) ?? throw new JsonException("An object's document is null.");

    private static JsonTypeInfo<T> InfoOf<T>() =>
        (JsonTypeInfo<T>?)Compact.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException($"{typeof(T)} is no stored object.");
}
