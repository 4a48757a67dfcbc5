using System.Text.Json;
using Hpc.Storage;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Files;

/// <summary>The entries of a directory as a JSON list, written as they are read: memory is bounded whatever the directory's size.</summary>
internal static class DirectoryListing
{
    private const int EntriesPerRead = 256;

    /// <summary>Null if the answer was written.</summary>
    public static async ValueTask<IResult?> RunAsync(FileSession session, VirtualPath path)
    {
        StorageResult<IDirectoryReader> opened = await session.Files.OpenDirectoryAsync(path, session.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return session.RefuseRead(opened.Error);
        }

        IDirectoryReader reader = opened.Value;
        await using (reader.ConfigureAwait(false))
        {
            var entries = new List<DirectoryEntry>(EntriesPerRead);
            StorageResult<int> read = await reader.ReadAsync(entries, EntriesPerRead, session.Lifetime).ConfigureAwait(false);
            if (!read.IsSuccess)
            {
                return session.RefuseRead(read.Error);
            }

            HttpResponse response = session.Http.Response;
            response.ContentType = "application/json; charset=utf-8";
            var json = new Utf8JsonWriter(response.BodyWriter);
            await using (json.ConfigureAwait(false))
            {
                json.WriteStartArray();
                while (read is { IsSuccess: true, Value: > 0 })
                {
                    foreach (DirectoryEntry entry in entries)
                    {
                        Write(json, entry);
                    }

                    entries.Clear();
                    await json.FlushAsync(session.Lifetime).ConfigureAwait(false);
                    await response.BodyWriter.FlushAsync(session.Lifetime).ConfigureAwait(false);
                    session.Lifetime.ThrowIfCancellationRequested();
                    read = await reader.ReadAsync(entries, EntriesPerRead, session.Lifetime).ConfigureAwait(false);
                }

                if (!read.IsSuccess)
                {
                    // Half a list would be taken for the whole.
                    session.Http.Abort();
                    return null;
                }

                json.WriteEndArray();
            }

            return null;
        }
    }

    private static void Write(Utf8JsonWriter json, in DirectoryEntry entry)
    {
        EntryAttributes attributes = entry.Attributes;
        json.WriteStartObject();
        json.WriteString("name"u8, entry.Name);
        if (attributes.Type == EntryType.File)
        {
            json.WriteNumber("size"u8, attributes.Size);
        }

        json.WriteNumber("mode"u8, EntryMode.Of(attributes));
        long seconds = Math.Clamp(attributes.ModificationTime.Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        json.WriteString("last_modified"u8, DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime);
        json.WriteEndObject();
    }
}
