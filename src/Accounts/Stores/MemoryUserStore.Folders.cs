namespace Hpc.Accounts.Stores;

/// <content>Virtual folders. Users are kept with the paths of their folders filled in, and changed with them.</content>
public sealed partial class MemoryUserStore
{
    private readonly SortedDictionary<string, VirtualFolder> _folders = new(UserNameComparer.Instance);

    /// <inheritdoc/>
    public ValueTask<VirtualFolder?> FindFolderAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_folders.GetValueOrDefault(name));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<VirtualFolder>> ListFoldersAsync(string? after, int limit, CancellationToken ct)
    {
        CheckPage(limit);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            IEnumerable<VirtualFolder> rest = after is null
                ? _folders.Values
                : _folders.Values.SkipWhile(folder => UserNameComparer.Instance.Compare(folder.Name, after) <= 0);
            return new(rest.Take(limit).ToArray());
        }
    }

    /// <inheritdoc/>
    public ValueTask<FolderStoreResult> AddFolderAsync(VirtualFolder folder, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IReadOnlyList<UserAccountError> errors = VirtualFolderValidator.Validate(folder);
        if (errors.Count > 0)
        {
            return new(FolderStoreResult.Invalid(errors));
        }

        lock (_gate)
        {
            if (_folders.ContainsKey(folder.Name))
            {
                return new(FolderStoreResult.Failed(UserStoreOutcome.AlreadyExists));
            }

            if (_folders.Count >= _capacity)
            {
                return new(FolderStoreResult.Failed(UserStoreOutcome.Full));
            }

            VirtualFolder stored = folder with { Version = 1 };
            _folders.Add(stored.Name, stored);
            _changes++;
            return new(FolderStoreResult.Stored(stored));
        }
    }

    /// <inheritdoc/>
    public ValueTask<FolderStoreResult> UpdateFolderAsync(VirtualFolder folder, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IReadOnlyList<UserAccountError> errors = VirtualFolderValidator.Validate(folder);
        if (errors.Count > 0)
        {
            return new(FolderStoreResult.Invalid(errors));
        }

        lock (_gate)
        {
            if (!_folders.TryGetValue(folder.Name, out VirtualFolder? current))
            {
                return new(FolderStoreResult.Failed(UserStoreOutcome.NotFound));
            }

            if (current.Version != folder.Version)
            {
                return new(FolderStoreResult.Failed(UserStoreOutcome.VersionConflict));
            }

            VirtualFolder stored = folder with { Version = folder.Version + 1 };
            _folders[stored.Name] = stored;
            ReplaceUsersOf(stored.Name, user => Copy(user, user.Version));
            _changes++;
            return new(FolderStoreResult.Stored(stored));
        }
    }

    /// <inheritdoc/>
    public ValueTask<UserStoreOutcome> DeleteFolderAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_folders.ContainsKey(name))
            {
                return new(UserStoreOutcome.NotFound);
            }

            ReplaceUsersOf(name, user => user with { Version = user.Version + 1, Folders = [.. user.Folders.Where(mount => mount.FolderName != name)] });
            _folders.Remove(name);
            _changes++;
            return new(UserStoreOutcome.Done);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string>> ListFolderUsersAsync(string name, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckPage(limit);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(UsersOf(name).Take(limit).Select(user => user.UserName).ToArray());
        }
    }

    private static void CheckPage(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IUserStore.MaxPage);
    }

    private IEnumerable<UserAccount> UsersOf(string folder) =>
        _users.Values.Where(user => user.Folders.Any(mount => mount.FolderName == folder));

    private void ReplaceUsersOf(string folder, Func<UserAccount, UserAccount> change)
    {
        foreach (UserAccount user in UsersOf(folder).ToArray())
        {
            _users[user.UserName] = change(user);
        }
    }

    private List<UserAccountError> UnknownFolders(UserAccount user) => FolderErrors.Unknown(user, _folders.ContainsKey);
}
