using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Stores;

namespace Hpc.Server.Cli.Access;

/// <summary>Users and folders in the words of the commands.</summary>
internal sealed class CliStore(IAccountClient client)
{
    private const int PageSize = 500;

    public IAccountClient Client => client;

    public async Task<UserAccount?> FindAsync(string name, CancellationToken ct) =>
        await client.FindAsync(ObjectRoutes.Users, name, ct).ConfigureAwait(false) is { } found ? UserObjects.ToAccount(found.Value, found.Version) : null;

    public async Task<IReadOnlyList<CliUser>> ListAsync(CancellationToken ct)
    {
        var users = new List<CliUser>();
        await foreach (User user in AllAsync(ObjectRoutes.Users, ct).ConfigureAwait(false))
        {
            users.Add(Of(user));
        }

        return users;
    }

    /// <summary>Adds a user; the account's password hash is not looked at if there is a new password.</summary>
    public async Task<UserStoreResult> AddAsync(UserAccount account, UserEdit edit, CancellationToken ct) =>
        await CheckAsync(account, edit, ct).ConfigureAwait(false) is { } wrong ? wrong : Of(await client.AddAsync(ObjectRoutes.Users, edit.Further(UserObjects.Apply(new User(), account, edit.NewPassword)), ct).ConfigureAwait(false));

    /// <summary>Changes a user whose stored version is that of the account.</summary>
    public async Task<UserStoreResult> UpdateAsync(UserAccount account, UserEdit edit, CancellationToken ct)
    {
        if (await CheckAsync(account, edit, ct).ConfigureAwait(false) is { } wrong)
        {
            return wrong;
        }

        if (await client.FindAsync(ObjectRoutes.Users, account.UserName, ct).ConfigureAwait(false) is not { } stored)
        {
            return UserStoreResult.Failed(UserStoreOutcome.NotFound);
        }

        return stored.Version != account.Version
            ? UserStoreResult.Failed(UserStoreOutcome.VersionConflict)
            : Of(await client.UpdateAsync(ObjectRoutes.Users, account.UserName, edit.Further(UserObjects.Apply(stored.Value, account, edit.NewPassword)), stored.Version, ct).ConfigureAwait(false));
    }

    public async Task<UserStoreOutcome> DeleteAsync(string name, CancellationToken ct) =>
        Of((await client.DeleteAsync(ObjectRoutes.Users, name, ct).ConfigureAwait(false)).Status);

    public async Task<VirtualFolder?> FindFolderAsync(string name, CancellationToken ct) =>
        await client.FindAsync(ObjectRoutes.Folders, name, ct).ConfigureAwait(false) is { } found ? Of(found) : null;

    public async Task<IReadOnlyList<string>> ListFolderUsersAsync(string name, CancellationToken ct) =>
        (await client.FindAsync(ObjectRoutes.Folders, name, ct).ConfigureAwait(false))?.Value.Users ?? [];

    public async Task<IReadOnlyList<VirtualFolder>> ListFoldersAsync(CancellationToken ct)
    {
        var folders = new List<VirtualFolder>();
        await foreach (Folder folder in AllAsync(ObjectRoutes.Folders, ct).ConfigureAwait(false))
        {
            folders.Add(Of(new Versioned<Folder>(folder, 0)));
        }

        return folders;
    }

    public async Task<FolderStoreResult> AddFolderAsync(VirtualFolder folder, CancellationToken ct) =>
        Check(folder) is { } wrong ? wrong : Of(await client.AddAsync(ObjectRoutes.Folders, Apply(new Folder(), folder), ct).ConfigureAwait(false));

    public async Task<FolderStoreResult> UpdateFolderAsync(VirtualFolder folder, CancellationToken ct)
    {
        if (Check(folder) is { } wrong)
        {
            return wrong;
        }

        if (await client.FindAsync(ObjectRoutes.Folders, folder.Name, ct).ConfigureAwait(false) is not { } stored)
        {
            return FolderStoreResult.Failed(UserStoreOutcome.NotFound);
        }

        return stored.Version != folder.Version
            ? FolderStoreResult.Failed(UserStoreOutcome.VersionConflict)
            : Of(await client.UpdateAsync(ObjectRoutes.Folders, folder.Name, Apply(stored.Value, folder), stored.Version, ct).ConfigureAwait(false));
    }

    public async Task<UserStoreOutcome> DeleteFolderAsync(string name, CancellationToken ct) =>
        Of((await client.DeleteAsync(ObjectRoutes.Folders, name, ct).ConfigureAwait(false)).Status);

    /// <summary>All of a kind, page by page.</summary>
    public async IAsyncEnumerable<T> AllAsync<T>(ObjectRoute<T> route, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        where T : class, IAccountObject
    {
        for (int offset = 0; ; offset += PageSize)
        {
            IReadOnlyList<T> page = await client.ListAsync(route, offset, PageSize, ct).ConfigureAwait(false);
            foreach (T value in page)
            {
                yield return value;
            }

            if (page.Count < PageSize)
            {
                yield break;
            }
        }
    }

    // The flags' own words for what is wrong come first; the server's are those of the REST API.
    private async Task<UserStoreResult?> CheckAsync(UserAccount account, UserEdit edit, CancellationToken ct)
    {
        List<UserAccountError> errors =
            [.. UserAccountValidator.Validate(edit.NewPassword is null ? account : account with { PasswordHash = null }), .. UserObjects.Check(account)];
        if (errors.Count == 0)
        {
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (FolderMount mount in account.Folders)
            {
                if (await FindFolderAsync(mount.FolderName, ct).ConfigureAwait(false) is not null)
                {
                    known.Add(mount.FolderName);
                }
            }

            errors.AddRange(FolderErrors.Unknown(account, known.Contains));
        }

        return errors.Count > 0 ? UserStoreResult.Invalid(errors) : null;
    }

    private static FolderStoreResult? Check(VirtualFolder folder)
    {
        IReadOnlyList<UserAccountError> errors = VirtualFolderValidator.Validate(folder);
        return errors.Count > 0 ? FolderStoreResult.Invalid(errors) : null;
    }

    private static CliUser Of(User user)
    {
        try
        {
            UserAccount account = UserObjects.ToAccount(user, 0);

            // A list is without hashes.
            return new CliUser(user.Username, user.HasPassword == true ? account with { PasswordHash = "*" } : account, null);
        }
        catch (FormatException e)
        {
            return new CliUser(user.Username, null, e.Message);
        }
    }

    private static UserStoreResult Of(ObjectResult<User> result) => result.Status switch
    {
        ObjectStatus.Done when result.Value is { } stored => UserStoreResult.Stored(UserObjects.ToAccount(stored.Value, stored.Version)),
        ObjectStatus.Invalid => UserStoreResult.Invalid([.. result.Errors.Select(static error => new UserAccountError(error.Path, error.Found, error.Allowed))]),
        ObjectStatus.Forbidden or ObjectStatus.Referenced => throw new CliException(result.Message),
        _ => UserStoreResult.Failed(Of(result.Status)),
    };

    private static FolderStoreResult Of(ObjectResult<Folder> result) => result.Status switch
    {
        ObjectStatus.Done when result.Value is { } stored => FolderStoreResult.Stored(Of(stored)),
        ObjectStatus.Invalid => FolderStoreResult.Invalid([.. result.Errors.Select(static error => new UserAccountError(error.Path, error.Found, error.Allowed))]),
        ObjectStatus.Forbidden or ObjectStatus.Referenced => throw new CliException(result.Message),
        _ => FolderStoreResult.Failed(Of(result.Status)),
    };

    private static UserStoreOutcome Of(ObjectStatus status) => status switch
    {
        ObjectStatus.Done => UserStoreOutcome.Done,
        ObjectStatus.AlreadyExists => UserStoreOutcome.AlreadyExists,
        ObjectStatus.NotFound => UserStoreOutcome.NotFound,
        ObjectStatus.Invalid => UserStoreOutcome.Invalid,
        _ => UserStoreOutcome.VersionConflict,
    };

    private static VirtualFolder Of(Versioned<Folder> folder) => new()
    {
        Name = folder.Value.Name,
        MappedPath = folder.Value.MappedPath,
        Description = folder.Value.Description,
        Filesystem = folder.Value.Filesystem,
        Version = folder.Version,
    };

    private static Folder Apply(Folder stored, VirtualFolder folder) => stored with { Name = folder.Name, MappedPath = folder.MappedPath, Description = folder.Description };
}
