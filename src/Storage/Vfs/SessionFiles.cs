namespace Hpc.Storage.Vfs;

/// <summary>
/// The files of a session, which can be exchanged under it when the account is changed: each operation is decided by those that are there when it begins.
/// What was open before stays open on what it was opened on, by its permissions then and by the limits of now.
/// </summary>
public sealed class SessionFiles : ExchangedFiles, IProtocolFiles, IDisposable
{
    // Nothing is allowed, and no event tells of it.
    private static readonly UserFileSystem Nothing = new(NoFiles.Denied, PermissionSet.Empty);

    private readonly Lock _gate = new();

    // Those before the ones of now in which something is open still; under the lock.
    private List<UserFileSystem>? _earlier;
    private UserFileSystem _now;
    private bool _isClosed;

    /// <summary>Takes the files over.</summary>
    public SessionFiles(UserFileSystem first)
    {
        ArgumentNullException.ThrowIfNull(first);
        _now = first;
    }

    /// <inheritdoc/>
    public override FileSystemCapabilities Capabilities => Now.Capabilities;

    /// <inheritdoc/>
    public override long? UploadRate => Now.UploadRate;

    /// <inheritdoc/>
    public override IFileSystem Tentative => field ??= new SessionFilesView(this, static files => files.Tentative);

    internal UserFileSystem Now => Volatile.Read(ref _now);

    /// <summary>How many are held beside those of now, because something is open in them.</summary>
    internal int Earlier
    {
        get
        {
            lock (_gate)
            {
                return _earlier?.Count(static files => files.Shared.IsHeld) ?? 0;
            }
        }
    }

    /// <inheritdoc/>
    public IFileSystem For(string protocol) =>
        protocol == Now.Protocol ? this : new SessionFilesView(this, files => files.For(protocol));

    /// <summary>
    /// Puts others in the place of the files, and takes them over: every operation that begins after this is decided by them. False, with them disposed,
    /// where the session is closed.
    /// </summary>
    public bool Exchange(UserFileSystem next)
    {
        ArgumentNullException.ThrowIfNull(next);
        UserFileSystem last;
        lock (_gate)
        {
            if (_isClosed)
            {
                next.Dispose();
                return false;
            }

            last = _now;
            (_earlier ??= []).Add(last);
            Volatile.Write(ref _now, next);

            // Before the answer, and before the last ones are let go: what is open in them must be known to hold them.
            _earlier.RemoveAll(files => !files.Shared.Follow(next.Shared));
        }

        last.Dispose();
        lock (_gate)
        {
            _earlier.RemoveAll(static files => !files.Shared.IsHeld);
        }

        return true;
    }

    /// <summary>Ends the session's use of its files: nothing more is allowed, and what is open holds them until it is closed.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
        }

        // Nobody exchanges them any more.
        Interlocked.Exchange(ref _now, Nothing).Dispose();
    }

    private protected override Turn Enter()
    {
        while (true)
        {
            UserFileSystem files = Now;
            if (files.TryEnter())
            {
                return new Turn(files, files);
            }

            // They were exchanged in between.
        }
    }
}
