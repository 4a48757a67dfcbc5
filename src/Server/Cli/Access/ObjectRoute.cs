using System.Text.Json.Serialization.Metadata;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;

namespace Hpc.Server.Cli.Access;

/// <summary>Where a kind of object is found, in the REST API and in the services.</summary>
internal sealed record ObjectRoute<T>(string Noun, string Path, JsonTypeInfo<T> Item, JsonTypeInfo<IReadOnlyList<T>> List, Func<IAccountServices, IObjectService<T>> Service)
    where T : class, IAccountObject;

/// <summary>The kinds of objects that commands work on.</summary>
internal static class ObjectRoutes
{
    public static ObjectRoute<User> Users { get; } = new("user", "users", AccountsJson.Default.User, AccountsJson.Default.IReadOnlyListUser, static services => services.Users);

    public static ObjectRoute<Group> Groups { get; } = new("group", "groups", AccountsJson.Default.Group, AccountsJson.Default.IReadOnlyListGroup, static services => services.Groups);

    public static ObjectRoute<Folder> Folders { get; } = new("folder", "folders", AccountsJson.Default.Folder, AccountsJson.Default.IReadOnlyListFolder, static services => services.Folders);

    public static ObjectRoute<Hpc.Accounts.Objects.Admin> Admins { get; } = new("admin", "admins", AccountsJson.Default.Admin, AccountsJson.Default.IReadOnlyListAdmin, static services => services.Admins);

    public static ObjectRoute<Role> Roles { get; } = new("role", "roles", AccountsJson.Default.Role, AccountsJson.Default.IReadOnlyListRole, static services => services.Roles);

    public static ObjectRoute<ApiKey> ApiKeys { get; } = new("API key", "apikeys", AccountsJson.Default.ApiKey, AccountsJson.Default.IReadOnlyListApiKey, static services => services.ApiKeys);
}
