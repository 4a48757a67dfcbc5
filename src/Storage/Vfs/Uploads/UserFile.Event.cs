namespace Hpc.Storage.Vfs.Uploads;

// The event at the end: a transfer of the peer's, a copy, or that the server itself read the file.
internal sealed partial class UserFile
{
    private CopiedPart? _copied;

    // The furthest place that was read, of a file that is open for reading alone.
    private long _readEnd;
    private int _use;

    private FileUse Use => (FileUse)Volatile.Read(ref _use);

    private void NoteHash()
    {
        if (Use == FileUse.None)
        {
            Volatile.Write(ref _use, (int)FileUse.Hash);
        }
    }

    /// <summary>The source of a copy is told by its target.</summary>
    private CopiedPart NoteCopyTo(UserFile target)
    {
        Volatile.Write(ref _use, (int)FileUse.Copy);
        return target._copied ??= new CopiedPart(_outer);
    }

    private void NoteReadUpTo(long end)
    {
        long known = Volatile.Read(ref _readEnd);
        while (end > known)
        {
            long found = Interlocked.CompareExchange(ref _readEnd, end, known);
            if (found == known)
            {
                return;
            }

            known = found;
        }
    }

    /// <summary>Whether a peer that ends its session without closing a file has all of it nevertheless, as some do that only download.</summary>
    private async ValueTask<bool> WasReadToItsEndAsync()
    {
        if (IsWritable || _isSilent || _mount.User.Events is null)
        {
            return false;
        }

        StorageResult<EntryAttributes> attributes = await _file.GetAttributesAsync(CancellationToken.None).ConfigureAwait(false);
        return attributes.IsSuccess && Volatile.Read(ref _readEnd) >= attributes.Value.Size;
    }

    /// <summary>Tells how it ended; success of what the peer gave up is no success.</summary>
    private void Publish(StorageError outcome, bool isComplete)
    {
        long moved = Volatile.Read(ref _bytesMoved);
        FileUse use = moved == 0 && !IsWritable ? Use : FileUse.None;
        if (_mount.User.Events is not { } events || (use == FileUse.Copy && outcome == StorageError.None))
        {
            return;
        }

        CopiedPart? copied = moved == 0 && IsWritable ? _copied : null;
        if (outcome == StorageError.None)
        {
            outcome = copied?.Failure ?? StorageError.None;
        }

        events.Publish(new FileEvent
        {
            Source = _mount.User.Source,
            Kind = copied is not null ? FileEventKind.Copy
                : IsWritable ? FileEventKind.Upload
                : use == FileUse.Hash ? FileEventKind.Hash
                : FileEventKind.Download,
            Path = copied?.Source ?? _outer,
            Target = copied is null ? null : _outer,
            Size = use == FileUse.Hash ? -1 : copied?.Bytes ?? moved,
            Elapsed = Elapsed,
            Outcome = outcome == StorageError.None && !isComplete ? StorageError.Cancelled : outcome,
        });
    }
}
