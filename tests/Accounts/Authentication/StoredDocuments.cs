using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Authentication;

/// <summary>Objects in a provider, past all rules.</summary>
internal static class StoredDocuments
{
    public static async Task PutAsync<T>(this MemoryDataProvider provider, T value)
        where T : class, IAccountObject
    {
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)AccountsJson.Default.GetTypeInfo(typeof(T))!);
        ObjectStoreResult result = await provider.Objects.ApplyAsync([ObjectChange.Put(new ObjectKey(value.Kind, value.Name), null, document, "", [])], default);
        result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
    }
}
