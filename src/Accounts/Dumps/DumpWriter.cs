using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>
/// Writes a dump page by page. What refers comes before what is referred to, so that an object that is added while the dump is written
/// is never missing where it is named.
/// </summary>
internal sealed class DumpWriter(AccountServices services, ChangeContext context)
{
    public const int PageSize = 500;

    // Flushed before a page's JSON grows past what a stream takes in one go.
    private const int FlushAt = 1 << 20;

    public async ValueTask<long> WriteAsync(Stream output, IReadOnlySet<ObjectKind> kinds, bool isIndented, CancellationToken ct)
    {
        var options = new JsonWriterOptions { Indented = isIndented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var writer = new Utf8JsonWriter(output, options);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            long count = await WriteListAsync("shares", services.Shares).ConfigureAwait(false);
            count += await WriteListAsync("api_keys", services.ApiKeys).ConfigureAwait(false);
            count += await WriteListAsync("event_rules", services.EventRules).ConfigureAwait(false);
            count += await WriteListAsync("event_actions", services.EventActions).ConfigureAwait(false);
            count += await WriteListAsync("users", services.Users).ConfigureAwait(false);
            count += await WriteListAsync("admins", services.Admins).ConfigureAwait(false);
            count += await WriteListAsync("groups", services.Groups).ConfigureAwait(false);
            count += await WriteListAsync("folders", services.Folders).ConfigureAwait(false);
            count += await WriteListAsync("roles", services.Roles).ConfigureAwait(false);
            count += await WriteListAsync("ip_lists", services.IpLists).ConfigureAwait(false);
            count += await WriteConfigurationAsync().ConfigureAwait(false);
            writer.WriteNumber("version", DumpService.Version);
            writer.WriteEndObject();
            await writer.FlushAsync(ct).ConfigureAwait(false);
            return count;
        }

        async ValueTask<long> WriteListAsync<T>(string name, IObjectService<T> service)
            where T : class, IAccountObject
        {
            writer.WriteStartArray(name);
            long written = kinds.Contains(service.Kind) ? await WriteObjectsAsync(service).ConfigureAwait(false) : 0;
            writer.WriteEndArray();
            return written;
        }

        async ValueTask<long> WriteObjectsAsync<T>(IObjectService<T> service)
            where T : class, IAccountObject
        {
            JsonTypeInfo<T> json = DumpJson.Of<T>();
            long written = 0;
            string? after = null;
            while (true)
            {
                IReadOnlyList<Versioned<T>> page = await service.ListAsync(new ObjectPage { Limit = PageSize, After = after }, context, ct).ConfigureAwait(false);
                foreach (Versioned<T> one in page)
                {
                    JsonSerializer.Serialize(writer, one.Value, json);
                    if (writer.BytesPending >= FlushAt)
                    {
                        await writer.FlushAsync(ct).ConfigureAwait(false);
                    }
                }

                written += page.Count;
                await writer.FlushAsync(ct).ConfigureAwait(false);
                if (page.Count == 0)
                {
                    return written;
                }

                after = page[^1].Value.Name;
            }
        }

        async ValueTask<long> WriteConfigurationAsync()
        {
            if (!kinds.Contains(ObjectKind.Configuration)
                || await services.Configurations.FindAsync(Configuration.OnlyName, context, ct).ConfigureAwait(false) is not { } configuration)
            {
                return 0;
            }

            writer.WritePropertyName("configs");
            JsonSerializer.Serialize(writer, configuration.Value, DumpJson.Of<Configuration>());
            return 1;
        }
    }
}
