using System.Collections.Concurrent;
using Hpc.Storage.Local;
using Hpc.Storage.Memory;
using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>A user's tree for one test: mounts on backends of their own, rules, and a record of the events.</summary>
internal sealed class UserTree : IDisposable, IFileEventSink
{
    private readonly bool _isLocal;
    private readonly List<TemporaryDirectory> _directories = [];
    private readonly List<Mount> _mounts = [];
    private readonly List<(string, IReadOnlyList<string>)> _permissions = [];
    private readonly List<(string, IReadOnlyList<string>, IReadOnlyList<string>, bool)> _patterns = [];

    public UserTree(bool isLocal, params string[] mounts)
    {
        _isLocal = isLocal;
        foreach (string mount in mounts.Prepend("/"))
        {
            Add(mount);
        }
    }

    public ConcurrentQueue<FileEvent> Events { get; } = new();

    public VfsOptions Options { get; set; } = new();

    public string[] Everywhere { get; set; } = ["*"];

    /// <summary>Where directories of mounts are said to lie within others.</summary>
    public FixedPath[] Fixed { get; set; } = [];

    /// <summary>The backend of a mount, without any rules.</summary>
    public IFileSystem Of(string mount) => _mounts.Single(m => m.Path == P(mount)).Files;

    public string Real(string mount) => _directories[_mounts.FindIndex(m => m.Path == P(mount))].Root;

    public UserTree Permit(string directory, params string[] names)
    {
        _permissions.Add((directory, names));
        return this;
    }

    public UserTree Hide(string directory, params string[] denied) => Pattern(directory, denied, hides: true);

    public UserTree Deny(string directory, params string[] denied) => Pattern(directory, denied, hides: false);

    public UserTree ReadOnly(string mount)
    {
        int index = _mounts.FindIndex(m => m.Path == P(mount));
        _mounts[index] = _mounts[index] with { IsReadOnly = true };
        return this;
    }

    public UserTree Replace(string mount, IFileSystem backend)
    {
        int index = _mounts.FindIndex(m => m.Path == P(mount));
        _mounts[index] = _mounts[index] with { Files = backend };
        return this;
    }

    public UserFileSystem Open()
    {
        PermissionSet.TryCreate(Everywhere, _permissions, out PermissionSet permissions, out string error).ShouldBeTrue(error);
        PatternSet.TryCreate(_patterns, out PatternSet patterns, out error).ShouldBeTrue(error);
        return new UserFileSystem(new UserFilesDefinition
        {
            Mounts = _mounts,
            Permissions = permissions,
            Patterns = patterns,
            Rules = Fixed.Length > 0 ? new TreeRules(permissions, patterns, _mounts.Select(mount => mount.Path), Fixed) : null,
            Options = Options,
            Source = new FileEventSource { UserName = "ann", Protocol = "SFTP" },
            Events = this,
        });
    }

    public void Publish(in FileEvent fileEvent) => Events.Enqueue(fileEvent);

    public void Dispose()
    {
        foreach (Mount mount in _mounts)
        {
            (mount.Files as IDisposable)?.Dispose();
        }

        foreach (TemporaryDirectory directory in _directories)
        {
            directory.Dispose();
        }
    }

    private UserTree Pattern(string directory, string[] denied, bool hides)
    {
        _patterns.Add((directory, [], denied, hides));
        return this;
    }

    private void Add(string path)
    {
        IFileSystem files;
        if (_isLocal)
        {
            _directories.Add(new TemporaryDirectory());
            files = LocalFileSystem.Open(_directories[^1].Root);
        }
        else
        {
            files = new MemoryFileSystem();
        }

        _mounts.Add(new Mount { Path = P(path), Files = files, State = new MountState("folder:" + path) });
    }
}
