using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Names;

/// <summary>A mount with what operations on it need at hand.</summary>
internal sealed class MountedFiles(Mount mount, UserFilesDefinition user, UserMounts mounts, int index)
{
    private IFileSystem? _withoutLinks;

    public Mount Mount => mount;

    public MountFiles Files { get; } = new(mount, user, mounts, index);

    /// <summary>The backend that follows no link.</summary>
    public IFileSystem WithoutLinks => _withoutLinks ??= mount.Files.WithoutLinks;

    /// <summary>
    /// True if uploads are on record by their path, so that there must be one spelling of it: links are resolved before,
    /// also where what they lead to has the same rules.
    /// </summary>
    public bool TracksPaths => Files.TracksPaths;

    public bool IsReadOnly { get; } = mount.IsReadOnly || user.Options.IsReadOnly;
}
