namespace Hpc.Accounts.Stores;

/// <summary>Users and virtual folders in memory, gone with the process: for portable mode and tests.</summary>
public sealed partial class MemoryUserStore : IUserStore, IFolderStore
{
    /// <summary>Most users, and most folders, unless the constructor is told otherwise.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly int _capacity;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, UserAccount> _users = new(UserNameComparer.Instance);
    private long _changes;

    /// <summary>An empty store.</summary>
    public MemoryUserStore(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <inheritdoc/>
    public ValueTask<UserAccount?> FindAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_users.GetValueOrDefault(userName));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<UserAccount>> ListAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IUserStore.MaxPage);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            IEnumerable<UserAccount> rest = after is null
                ? _users.Values
                : _users.Values.SkipWhile(user => UserNameComparer.Instance.Compare(user.UserName, after) <= 0);
            return new(rest.Take(limit).ToArray());
        }
    }

    /// <inheritdoc/>
    public ValueTask<UserStoreResult> AddAsync(UserAccount user, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return new(UserStoreResult.Invalid(errors));
        }

        lock (_gate)
        {
            if (_users.ContainsKey(user.UserName))
            {
                return new(UserStoreResult.Failed(UserStoreOutcome.AlreadyExists));
            }

            if (_users.Count >= _capacity)
            {
                return new(UserStoreResult.Failed(UserStoreOutcome.Full));
            }

            if (UnknownFolders(user) is { Count: > 0 } unknown)
            {
                return new(UserStoreResult.Invalid(unknown));
            }

            UserAccount stored = Copy(user, version: 1);
            _users.Add(stored.UserName, stored);
            _changes++;
            return new(UserStoreResult.Stored(stored));
        }
    }

    /// <inheritdoc/>
    public ValueTask<UserStoreResult> UpdateAsync(UserAccount user, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        IReadOnlyList<UserAccountError> errors = UserAccountValidator.Validate(user);
        if (errors.Count > 0)
        {
            return new(UserStoreResult.Invalid(errors));
        }

        lock (_gate)
        {
            if (!_users.TryGetValue(user.UserName, out UserAccount? current))
            {
                return new(UserStoreResult.Failed(UserStoreOutcome.NotFound));
            }

            if (current.Version != user.Version)
            {
                return new(UserStoreResult.Failed(UserStoreOutcome.VersionConflict));
            }

            if (UnknownFolders(user) is { Count: > 0 } unknown)
            {
                return new(UserStoreResult.Invalid(unknown));
            }

            UserAccount stored = Copy(user, user.Version + 1);
            _users[stored.UserName] = stored;
            _changes++;
            return new(UserStoreResult.Stored(stored));
        }
    }

    /// <inheritdoc/>
    public ValueTask<UserStoreOutcome> DeleteAsync(string userName, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(userName);
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (!_users.Remove(userName))
            {
                return new(UserStoreOutcome.NotFound);
            }

            _changes++;
            return new(UserStoreOutcome.Done);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> GetChangeStampAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return new(_changes);
        }
    }

    // The caller may hold on to the lists that it gave.
    private UserAccount Copy(UserAccount user, long version) => user with
    {
        Version = version,
        PublicKeys = [.. user.PublicKeys],
        Permissions = [.. user.Permissions],
        DirectoryPermissions = [.. user.DirectoryPermissions.Select(directory => directory with { Names = [.. directory.Names] })],
        FilePatterns = [.. user.FilePatterns.Select(rule => rule with { Allowed = [.. rule.Allowed], Denied = [.. rule.Denied] })],
        Folders = [.. user.Folders.Select(mount => mount with { MappedPath = _folders[mount.FolderName].MappedPath })],
    };
}
