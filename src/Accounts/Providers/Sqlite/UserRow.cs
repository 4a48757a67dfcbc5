using System.Text.Json;

namespace Hpc.Accounts.Sqlite;

/// <summary>A row of the table <c>users</c>.</summary>
internal sealed class UserRow
{
    /// <summary>The columns in the names of this class.</summary>
    public const string Columns = "user_name AS UserName, is_enabled AS IsEnabled, expires_at AS ExpiresAt, version AS Version, document AS Document";

    public string UserName { get; set; } = "";

    public long IsEnabled { get; set; }

    public long? ExpiresAt { get; set; }

    public long Version { get; set; }

    public string Document { get; set; } = "";

    public static UserRow From(UserAccount user) => new()
    {
        UserName = user.UserName,
        IsEnabled = user.IsEnabled ? 1 : 0,
        ExpiresAt = user.ExpiresAt?.ToUnixTimeMilliseconds(),
        Version = user.Version,
        Document = JsonSerializer.Serialize(
            new UserDocument
            {
                HomeDirectory = user.HomeDirectory,
                PasswordHash = user.PasswordHash,
                PublicKeys = user.PublicKeys,
                Permissions = user.Permissions,
            },
            UserDocumentJson.Default.UserDocument),
    };

    public UserAccount ToAccount()
    {
        UserDocument document;
        try
        {
            document = JsonSerializer.Deserialize(Document, UserDocumentJson.Default.UserDocument)
                ?? throw new SqliteStoreException($"The document of the user '{UserName}' is empty.");
        }
        catch (JsonException exception)
        {
            throw new SqliteStoreException($"The document of the user '{UserName}' cannot be read.", exception);
        }

        return new UserAccount
        {
            UserName = UserName,
            HomeDirectory = document.HomeDirectory,
            PasswordHash = document.PasswordHash,
            PublicKeys = document.PublicKeys,
            Permissions = document.Permissions,
            IsEnabled = IsEnabled == 1,
            ExpiresAt = ExpiresAt is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null,
            Version = Version,
        };
    }
}
