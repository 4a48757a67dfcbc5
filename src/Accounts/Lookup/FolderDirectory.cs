using System.Text.Json;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Lookup;

/// <summary>The virtual folders of a data provider; each call is one query.</summary>
public sealed class FolderDirectory(IObjectStore objects) : IFolderDirectory
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">What is stored cannot be read.</exception>
    public async ValueTask<VirtualFolder?> FindFolderAsync(string name, CancellationToken ct)
    {
        if (await objects.FindAsync(new ObjectKey(ObjectKind.Folder, name), ct).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        Folder folder = JsonSerializer.Deserialize(stored.Document.Span, AccountsJson.Default.Folder) ?? throw new JsonException($"The folder {name} is null.");
        return new VirtualFolder
        {
            Name = folder.Name,
            MappedPath = folder.MappedPath,
            Description = folder.Description,
            Version = stored.Version,
            Filesystem = folder.Filesystem,
        };
    }
}
