using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Lookup;

/// <summary>The shares of a data provider; each call is one query.</summary>
public sealed class ShareDirectory(IObjectStore objects) : IShareDirectory
{
    /// <inheritdoc/>
    public async ValueTask<Share?> FindShareAsync(string id, CancellationToken ct) =>
        await objects.FindAsync(new ObjectKey(ObjectKind.Share, id), ct).ConfigureAwait(false) is { } stored ? Read(stored) : null;

    private static Share? Read(StoredObject stored)
    {
        try
        {
            return ObjectDocument.Read<Share>(stored.Document) with { Id = stored.Key.Name };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Nobody can use it either.
            return null;
        }
    }
}
