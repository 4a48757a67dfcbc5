using System.Runtime.InteropServices;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>
/// An open file of a user. What is read and written is counted and limited on its way, without a lock, an allocation or a copy;
/// see <see cref="TrackedFile"/> for how a file that several write to is counted exactly.
/// </summary>
internal sealed partial class UserFile : IFileHandle
{
    // One for each open file of every session: what the mount knows is asked of it.
    private readonly IFileHandle _file;
    private readonly MountFiles _mount;
    private readonly IFileSystem _backend;
    private readonly VirtualPath _inner;
    private readonly VirtualPath _outer;
    private readonly TrackedFile? _tracked;
    private readonly AtomicUpload? _upload;
    private readonly long _startedAt;
    private readonly Permission _held;
    private readonly bool _isWritable;
    private readonly bool _appends;
    private readonly bool _takesWritesAsTheyCome;
    private readonly bool _beganEmpty;
    private readonly bool _isSilent;
    private UncountedUserFile? _withoutTransfer;

    // Changed by whichever thread reads, writes or closes, by interlocked steps.
    private long _bytesMoved;
    private int _failure;
    private bool _isClosed;

    public UserFile(MountFiles mount, in OpenedUserFile opened)
    {
        _mount = mount;
        _file = opened.File;
        _backend = opened.Backend;
        _inner = opened.Inner;
        _outer = opened.Outer;
        _tracked = opened.Tracked;
        _upload = opened.Upload;
        _held = opened.Held;
        _isSilent = opened.IsSilent;
        _beganEmpty = opened.BeganEmpty;
        _isWritable = (opened.Flags & (OpenFlags.Write | OpenFlags.Append)) != 0;
        _appends = opened.Flags.HasFlag(OpenFlags.Append);
        _takesWritesAsTheyCome = _tracked is null || mount.TakesWritesAsTheyCome;
        _use = opened.Flags.HasFlag(OpenFlags.Hash) ? (int)FileUse.Hash : (int)FileUse.None;
        _startedAt = mount.User.Options.Time.GetTimestamp();

        // Until it is closed or given up.
        mount.Mounts.Enter();
    }

    public bool IsWritable => _isWritable;

    /// <inheritdoc/>
    public IFileHandle WithoutTransfer => _withoutTransfer ??= new UncountedUserFile(this);

    /// <inheritdoc/>
    public SafeHandle? RawDescriptor => IsPlainWrite && Bandwidth is null ? _file.RawDescriptor : null;

    /// <summary>Why the upload failed so far, if it did.</summary>
    private StorageError Failure => (StorageError)Volatile.Read(ref _failure);

    private bool IsClosed => Volatile.Read(ref _isClosed);

    private FileShares Shares => _mount.Shares;

    private TransferAllowance? Transfer => _isSilent ? null : _mount.Transfer;

    private long MaxBytes => _mount.Mounts.MaxUploadBytes;

    // Limits come and go while the file is open.
    private bool IsPlainWrite => _takesWritesAsTheyCome && Transfer is null && MaxBytes == 0 && !IsOutdated;

    /// <summary>What is written would pass limits that there were not when the file was opened.</summary>
    private bool IsOutdated => !_isSilent && (_mount.IsOutdated || (_appends && _tracked is null && MaxBytes > 0));

    /// <inheritdoc/>
    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => _file.SyncAsync(ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => _mount.GetSpaceAsync(_file, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => _file.GetAttributesAsync(ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) => _file.GetMetadataAsync(name, value, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) => _file.SetMetadataAsync(name, value, ct);

    // The first reason is the one that the end of the upload tells.
    private void Fail(StorageError error) => Interlocked.CompareExchange(ref _failure, (int)error, (int)StorageError.None);

    private TimeSpan Elapsed => _mount.User.Options.Time.GetElapsedTime(_startedAt);
}
