using System.Text.Json;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>folders</c>.</summary>
internal sealed class FolderRow
{
    /// <summary>The columns in the names of this class.</summary>
    public const string Columns = "name AS Name, mapped_path AS MappedPath, version AS Version, document AS Document";

    public string Name { get; set; } = "";

    public string MappedPath { get; set; } = "";

    public long Version { get; set; }

    public string Document { get; set; } = "";

    public static FolderRow From(VirtualFolder folder) => new()
    {
        Name = folder.Name,
        MappedPath = folder.MappedPath,
        Version = folder.Version,
        Document = JsonSerializer.Serialize(
            new FolderDocument { Description = folder.Description.Length == 0 ? null : folder.Description }, UserDocumentJson.Default.FolderDocument),
    };

    public VirtualFolder ToFolder()
    {
        try
        {
            FolderDocument document = JsonSerializer.Deserialize(Document, UserDocumentJson.Default.FolderDocument)
                ?? throw new SqliteStoreException($"The document of the folder '{Name}' is empty.");
            return new VirtualFolder { Name = Name, MappedPath = MappedPath, Description = document.Description ?? "", Version = Version };
        }
        catch (JsonException exception)
        {
            throw new SqliteStoreException($"The document of the folder '{Name}' cannot be read.", exception);
        }
    }
}
