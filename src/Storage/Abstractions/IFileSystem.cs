namespace Hpc.Storage;

/// <summary>How a file is opened.</summary>
[Flags]
public enum OpenFlags
{
    /// <summary>Nothing asked.</summary>
    None = 0,

    /// <summary>Open for reading.</summary>
    Read = 1,

    /// <summary>Open for writing.</summary>
    Write = 2,

    /// <summary>Every write goes to the end of the file; offsets are ignored.</summary>
    Append = 4,

    /// <summary>Create the file if it does not exist.</summary>
    Create = 8,

    /// <summary>Cut an existing file to length 0.</summary>
    Truncate = 16,

    /// <summary>With <see cref="Create"/>: fail if the name exists, even as a dangling link.</summary>
    Exclusive = 32,

    /// <summary>With <see cref="Read"/> alone: the server reads to answer for the content, as with a hash. Its event is <see cref="FileEventKind.Hash"/>, no download.</summary>
    Hash = 64,
}

/// <summary>What a rename does when the target exists.</summary>
public enum RenameMode
{
    /// <summary>Fail with <see cref="StorageError.AlreadyExists"/> (SFTP version 3).</summary>
    NoReplace,

    /// <summary>Replace it in one step (POSIX rename).</summary>
    Replace,
}

/// <summary>What a backend can do beyond opening, reading and writing whole files; what is missing is refused as <see cref="StorageError.NotSupported"/>, by <see cref="CapabilityGuard"/> for backends that lack some.</summary>
[Flags]
public enum FileSystemCapabilities
{
    /// <summary>Nothing of the below.</summary>
    None = 0,

    /// <summary>Writes at any offset.</summary>
    RangeWrites = 1,

    /// <summary>Symbolic links.</summary>
    SymbolicLinks = 2,

    /// <summary>Hard links.</summary>
    HardLinks = 4,

    /// <summary>Permission bits.</summary>
    Modes = 8,

    /// <summary>Owners.</summary>
    Owners = 16,

    /// <summary>Access and modification times that can be set.</summary>
    Times = 32,

    /// <summary>Durable flush of one file.</summary>
    Sync = 64,

    /// <summary>Rename that replaces in one step.</summary>
    AtomicReplace = 128,

    /// <summary>Size and room of the file system.</summary>
    Space = 256,

    /// <summary>Writes that go to the end of the file whatever their offset (<see cref="OpenFlags.Append"/>).</summary>
    Append = 512,

    /// <summary>Renaming a directory with what is in it.</summary>
    DirectoryRename = 1024,

    /// <summary>Copies between two files that never pass through the server (<see cref="IFileHandle.CopyToAsync"/>).</summary>
    ServerSideCopy = 2048,

    /// <summary>A descriptor of the operating system that holds the content as it is (<see cref="IFileHandle.RawDescriptor"/>).</summary>
    RawDescriptor = 4096,

    /// <summary>Small values kept with a file (<see cref="IFileHandle.GetMetadataAsync"/>).</summary>
    Metadata = 8192,
}

/// <summary>
/// Files below one root. Expected failures are results, not exceptions. Methods may complete on the calling thread when they are known not to block;
/// otherwise they complete on a worker. No method ever follows a link out of the root.
/// </summary>
public interface IFileSystem
{
    /// <summary>What this backend can do.</summary>
    FileSystemCapabilities Capabilities { get; }

    /// <summary>
    /// Bytes a second that one more upload can expect now, where limits of speed hold for what is written: what a peer sends ahead of them waits in memory.
    /// Null where there are none.
    /// </summary>
    long? UploadRate => null;

    /// <summary>Opens a regular file; symbolic links within the root are followed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="flags">How to open it.</param>
    /// <param name="permissions">Permission bits (07777) for a file that is created; null for the backend's default.</param>
    /// <param name="ct">Gives up waiting for a worker.</param>
    ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct);

    /// <summary>Opens a directory for listing.</summary>
    ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct);

    /// <summary>Attributes of what the path names, after following links.</summary>
    ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct);

    /// <summary>Attributes of the path itself, not following a final link.</summary>
    ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct);

    /// <summary>Changes attributes of what the path names, after following links.</summary>
    ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct);

    /// <summary>Changes attributes of the path itself, not following a final link.</summary>
    ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct);

    /// <summary>Creates one directory.</summary>
    ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct);

    /// <summary>Deletes an empty directory.</summary>
    ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct);

    /// <summary>Deletes a file or a link (never what the link points at).</summary>
    ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct);

    /// <summary>Renames a file, link or directory.</summary>
    ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct);

    /// <summary>Creates a symbolic link. An absolute target is a virtual path; what leads out of the root is refused.</summary>
    ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct);

    /// <summary>The target of a symbolic link as a peer may see it: relative as stored, or an absolute virtual path.</summary>
    ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct);

    /// <summary>Creates a further name for a regular file.</summary>
    ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct);

    /// <summary>Size and room of the file system that holds the path.</summary>
    ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct);

    /// <summary>
    /// The path with its symbolic links resolved, for REALPATH. The last segments need not exist; what cannot be resolved is kept as it is written.
    /// </summary>
    ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct);

    /// <summary>
    /// The same files, where a symbolic link is followed nowhere: one on the way to the name, or at the end where the operation would follow it,
    /// is <see cref="StorageError.LinkLoop"/>. A path that was checked cannot be made to mean another one in between.
    /// Where there are no links it is the file system itself. It lives as long as the file system that gave it.
    /// </summary>
    IFileSystem WithoutLinks => this;

    /// <summary>
    /// The same files for attempts that may fail without anything being wrong, because the caller then does something else: a failure is told as no event.
    /// It lives as long as the file system that gave it.
    /// </summary>
    IFileSystem Tentative => this;

    /// <summary>
    /// Attributes that a protocol needs on the way of an operation, such as those of <c>.</c> and <c>..</c> in a listing: judged as <see cref="GetAttributesAsync"/>,
    /// and no operation of its own, so that it is no event.
    /// </summary>
    ValueTask<StorageResult<EntryAttributes>> LookAsync(VirtualPath path, CancellationToken ct) => GetAttributesAsync(path, ct);

    /// <summary>Where a path leads, as <see cref="ResolveAsync"/>, and like <see cref="LookAsync"/> no event.</summary>
    ValueTask<StorageResult<VirtualPath>> LookWhereAsync(VirtualPath path, CancellationToken ct) => ResolveAsync(path, ct);

    /// <summary>The target of a link in a listing: as <see cref="ReadSymbolicLinkAsync"/>, and like <see cref="LookAsync"/> no event.</summary>
    ValueTask<StorageResult<string>> LookAtLinkAsync(VirtualPath link, CancellationToken ct) => ReadSymbolicLinkAsync(link, ct);

    /// <summary>
    /// Whether opening a file so is refused by what is known without asking storage, such as permissions and name filters, and then told as an open that failed.
    /// For who has to say so before there is anything to open the file for; <see cref="OpenFileAsync"/> decides all the same.
    /// </summary>
    ValueTask<StorageResult> JudgeOpenAsync(VirtualPath path, OpenFlags flags, CancellationToken ct) => ValueTask.FromResult(StorageResult.Success);

    /// <summary>
    /// Renames into another file system of the same kind on the same device, in one step.
    /// <see cref="StorageError.CrossDevice"/> where that cannot be: the caller copies and deletes.
    /// </summary>
    ValueTask<StorageResult> RenameToAsync(VirtualPath from, IFileSystem target, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        ValueTask.FromResult<StorageResult>(StorageError.CrossDevice);

    /// <summary>
    /// Copies a regular file within the server; links at <paramref name="from"/> are followed, one at <paramref name="to"/> is replaced. The value is the size of the copy.
    /// </summary>
    ValueTask<StorageResult<long>> CopyFileAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        ValueTask.FromResult<StorageResult<long>>(StorageError.NotSupported);
}
