using Hpc.Storage.Vfs.Names;
using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs;

/// <summary>
/// The files of a user as every protocol sees them: a root and virtual folders as one tree. Permissions, patterns, links and mounts are decided here and nowhere else;
/// every operation ends in one event. What is not allowed is <see cref="StorageError.AccessDenied"/>, what is hidden <see cref="StorageError.NotFound"/>.
/// </summary>
public sealed partial class UserFileSystem : IFileSystem, IProtocolFiles, IDisposable
{
    private readonly UserFilesDefinition _user;
    private readonly PathPolicy _policy;
    private readonly FileEvents _events;
    private readonly MountedFiles _root;

    // In the order of the mounts, as the policy counts them.
    private readonly MountedFiles[] _mounts;
    private readonly UserMounts _shared;
    private readonly bool _isOwner;
    private int _isDisposed;
    private UserFileSystem? _tentative;

    /// <summary>The files of a session. The backends of the mounts are disposed with it, or with the last file and directory that is open then.</summary>
    public UserFileSystem(UserFilesDefinition user)
        : this(user, TreeRules.Of(user).Policy, new UserMounts(user), isOwner: true)
    {
    }

    /// <summary>One backend with permissions, and nothing else: no folders, patterns, quotas and events.</summary>
    public UserFileSystem(IFileSystem root, PermissionSet allowed)
        : this(new UserFilesDefinition
        {
            Mounts = [new Mount { Path = VirtualPath.Root, Files = root, State = new MountState("") }],
            Permissions = allowed,
            Source = new FileEventSource { UserName = "", Protocol = "" },
        })
    {
    }

    private UserFileSystem(UserFilesDefinition user, PathPolicy policy, UserMounts shared, bool isOwner)
    {
        _user = user;
        _shared = shared;
        _policy = policy;
        _isOwner = isOwner;
        _events = new FileEvents(user.Source, user.Events, user.Options.Time);
        _mounts = new MountedFiles[user.Mounts.Count];
        for (int i = 0; i < _mounts.Length; i++)
        {
            _mounts[i] = new MountedFiles(user.Mounts[i], user, shared, i);
        }

        _root = _mounts[policy.Find(VirtualPath.Root).Mount];
    }

    /// <summary>The same in everything but the events of what fails.</summary>
    private UserFileSystem(UserFileSystem other)
    {
        _user = other._user;
        _shared = other._shared;
        _policy = other._policy;
        _events = new FileEvents(_user.Source, _user.Events, _user.Options.Time, tellsFailures: false);
        _mounts = other._mounts;
        _root = other._root;
        _tentative = this;
    }

    /// <inheritdoc/>
    public IFileSystem Tentative => _user.Events is null ? this : _tentative ??= new UserFileSystem(this);

    /// <inheritdoc/>
    public long? UploadRate => _shared.Bandwidth?.Upload?.RateOfNext;

    /// <inheritdoc/>
    public FileSystemCapabilities Capabilities => _root.Mount.Files.Capabilities;

    /// <inheritdoc/>
    public IFileSystem For(string protocol) =>
        protocol == _user.Source.Protocol
            ? this
            : new UserFileSystem(_user with { Source = _user.Source with { Protocol = protocol } }, _policy, _shared, isOwner: false);

    /// <summary>What all views share; its limits follow a change of the account while files are open.</summary>
    internal UserMounts Shared => _shared;

    /// <summary>The protocol that events name.</summary>
    internal string Protocol => _user.Source.Protocol;

    /// <summary>
    /// Lets go of the backends, each once, when nothing uses them any more: operations under way, open files and directories. Nothing new begins.
    /// A view for another protocol holds none.
    /// </summary>
    public void Dispose()
    {
        if (_isOwner && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _shared.Leave();
        }
    }

    /// <summary>Ends one <see cref="TryEnter"/>.</summary>
    internal void Leave() => _shared.Leave();

    /// <summary>Keeps the backends for an operation; false if they are let go.</summary>
    internal bool TryEnter() => _shared.TryEnter();
}
