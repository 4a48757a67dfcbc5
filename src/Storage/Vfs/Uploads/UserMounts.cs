using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// What all views of a user's files share: the backends, which are let go when nobody uses them any more, and the limits.
/// Those of files that stay open while the account is changed follow the change (<see cref="Follow"/>).
/// </summary>
internal sealed class UserMounts
{
    private readonly UserFilesDefinition _user;
    private readonly FileShares[] _shares;

    // Their owner, operations under way, open files and directories. Nothing enters again once it is 0.
    private int _uses = 1;

    // Written by Follow, one caller at a time; read by whoever moves bytes.
    private TransferAllowance? _transfer;
    private FileBandwidth? _bandwidth;
    private long _maxUploadBytes;
    private bool[]? _isOutdated;
    private UserMounts? _followed;

    public UserMounts(UserFilesDefinition user)
    {
        _user = user;
        _transfer = user.Transfer is { } transfer ? new TransferAllowance(transfer) : null;
        _bandwidth = user.Bandwidth;
        _maxUploadBytes = user.MaxUploadBytes;
        _shares = new FileShares[user.Mounts.Count];
        for (int i = 0; i < _shares.Length; i++)
        {
            _shares[i] = FileShares.Of(user.Mounts[i].Quotas);
        }
    }

    /// <summary>What the user may still move; null without a limit.</summary>
    public TransferAllowance? Transfer => Volatile.Read(ref _transfer);

    /// <summary>Limits of speed; null without any.</summary>
    public FileBandwidth? Bandwidth => Volatile.Read(ref _bandwidth);

    /// <summary>Largest file in bytes that an upload may make; 0 is no limit.</summary>
    public long MaxUploadBytes => Volatile.Read(ref _maxUploadBytes);

    /// <summary>False once the backends are let go.</summary>
    public bool IsHeld => Volatile.Read(ref _uses) > 0;

    /// <summary>The counts that the files of a mount are in.</summary>
    public FileShares SharesOf(int mount) => _shares[mount];

    /// <summary>
    /// True of a mount whose files have come to be counted since: what is written to a file that was opened before would be counted nowhere,
    /// so that it has to be opened again.
    /// </summary>
    public bool IsOutdated(int mount) => Volatile.Read(ref _isOutdated) is { } outdated && outdated[mount];

    /// <summary>Keeps the backends until <see cref="Leave"/>; false if they are let go.</summary>
    public bool TryEnter()
    {
        int seen = Volatile.Read(ref _uses);
        while (seen > 0)
        {
            int found = Interlocked.CompareExchange(ref _uses, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Enters where something else keeps the backends meanwhile.</summary>
    public void Enter() => Interlocked.Increment(ref _uses);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            Free();
        }
    }

    /// <summary>
    /// Has the files that are open here follow the limits of the account as it is now: those of a count that both have are exchanged, one that is gone limits nothing,
    /// and what is moved and the size of a file are judged by the new ones. A mount that is gone keeps its limits. False if nothing is open here any more.
    /// One caller at a time, and the one that is followed is held meanwhile.
    /// </summary>
    public bool Follow(UserMounts next)
    {
        if (!TryEnter())
        {
            return false;
        }

        next.Enter();
        for (int i = 0; i < _shares.Length; i++)
        {
            FollowMount(i, next);
        }

        Volatile.Write(ref _maxUploadBytes, next.MaxUploadBytes);
        Volatile.Write(ref _transfer, next.Transfer);
        FollowBandwidth(next.Bandwidth);

        // The ledgers of the next are held by it.
        Interlocked.Exchange(ref _followed, next)?.Leave();
        Leave();
        return true;
    }

    /// <summary>Transfers go on under the limits of now, and those that wait under the last ones at once.</summary>
    private void FollowBandwidth(FileBandwidth? next)
    {
        FileBandwidth? last = Interlocked.Exchange(ref _bandwidth, next);
        if (!ReferenceEquals(last, next))
        {
            last?.Upload?.Supersede();
            last?.Download?.Supersede();
        }
    }

    private void FollowMount(int mount, UserMounts next)
    {
        MountState state = _user.Mounts[mount].State;
        for (int i = 0; i < next._shares.Length; i++)
        {
            if (!ReferenceEquals(next._user.Mounts[i].State, state))
            {
                continue;
            }

            if (_shares[mount].LackAnyOf(next._shares[i]))
            {
                bool[] outdated = _isOutdated ?? new bool[_shares.Length];
                outdated[mount] = true;
                Volatile.Write(ref _isOutdated, outdated);
            }

            _shares[mount].Follow(next._shares[i]);
            return;
        }
    }

    private void Free()
    {
        try
        {
            foreach (IFileSystem backend in _user.Mounts.Select(mount => mount.Files).Distinct(ReferenceEqualityComparer.Instance).Cast<IFileSystem>())
            {
                (backend as IDisposable)?.Dispose();
            }

            _user.Lease?.Dispose();
        }
        finally
        {
            _followed?.Leave();
        }
    }
}
