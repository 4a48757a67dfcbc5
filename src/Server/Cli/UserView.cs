using System.Text.Json;
using System.Text.Json.Serialization;
using Hpc.Accounts;
using Hpc.Crypto.Keys;

namespace Hpc.Server.Cli;

/// <summary>A user as the command line shows it; never with the password hash.</summary>
internal sealed record UserView
{
    public required string UserName { get; init; }

    public required string HomeDirectory { get; init; }

    public required bool Enabled { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required bool HasPassword { get; init; }

    public required IReadOnlyList<PublicKeyView> PublicKeys { get; init; }

    public required IReadOnlyList<string> Permissions { get; init; }

    public required long Version { get; init; }

    public static UserView Of(UserAccount user) => new()
    {
        UserName = user.UserName,
        HomeDirectory = user.HomeDirectory,
        Enabled = user.IsEnabled,
        ExpiresAt = user.ExpiresAt,
        HasPassword = user.PasswordHash is not null,
        PublicKeys = [.. user.PublicKeys.Select(PublicKeyView.Of)],
        Permissions = user.Permissions,
        Version = user.Version,
    };
}

/// <summary>A public key of a user.</summary>
internal sealed record PublicKeyView(string Type, string Fingerprint, string Comment)
{
    public static PublicKeyView Of(string line) => AuthorizedKeysLine.TryParse(line, out AuthorizedKeysLine? key, out _)
        ? new PublicKeyView(key!.KeyType, OpenSshPublicKey.Fingerprint(key.Blob.Span), key.Comment)
        : new PublicKeyView("unreadable", "", line);
}

/// <summary>JSON of the user commands.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(IReadOnlyList<UserView>))]
internal sealed partial class UserJson : JsonSerializerContext;
