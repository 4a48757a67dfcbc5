using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.KeyValue;

/// <summary>
/// Writes what changes to the file: while one frame is synchronised to disk, the changes of all callers gather to the next one.
/// When more of the file is dead than alive, it is written anew, for which writers wait and readers do not.
/// </summary>
internal sealed class KeyValueJournal(StateHost host, KeyValueStorage storage, ILogger logger) : IStateJournal
{
    // Beyond this the disk does not keep up and callers are refused.
    private const int MaxWaiting = 64 << 20;

    // Changes that are made together are one frame.
    private const int MaxTogether = 512 << 20;

    // Files below this are not worth it.
    private const long DeadAllowed = 4 << 20;

    // About what an object or a value takes beside its bytes.
    private const int RecordOverhead = 96;

    // The state's lock guards these.
    private KeyValueBatch _gathering = new();
    private DataProviderException? _fault;
    private bool _isWriting;
    private bool _isClosed;
    private Task _writing = Task.CompletedTask;

    // Only the one that writes touches this.
    private long _lengthAnew;
    private bool _isReplacing;

    public void ThrowIfClosed(long bytes)
    {
        if (_isClosed)
        {
            throw new DataProviderException("The data provider is not open.");
        }

        if (_fault is not null)
        {
            throw new DataProviderException(_fault.Message, _fault.InnerException);
        }

        if (_gathering.Writer.Length > MaxWaiting || bytes > MaxTogether)
        {
            throw new DataProviderException(
                $"'{storage.Path}' does not keep up: {_gathering.Writer.Length} bytes wait to be written, and {bytes} more are asked for (at most {MaxWaiting} and {MaxTogether}).");
        }
    }

    public Task Write(IReadOnlyList<ObjectChange> changes, ObjectStoreResult result)
    {
        RecordWriter writer = _gathering.Writer;
        for (int index = 0; index < changes.Count; index++)
        {
            if (result.Stored[index] is { } stored)
            {
                writer.Put(stored, [.. changes[index].References.Distinct()]);
            }
            else
            {
                writer.Delete(changes[index].Key, result.Stamp);
            }
        }

        return Begin();
    }

    public Task Write(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> activity)
    {
        foreach ((ObjectKey key, ActivityField field, long value) in activity)
        {
            _gathering.Writer.Activity(key, field, value);
        }

        return Begin();
    }

    public Task WritePut(string name, ReadOnlyMemory<byte> value, long expiresAt)
    {
        _gathering.Writer.EphemeralPut(name, value.Span, expiresAt);
        return Begin();
    }

    public Task WriteRemove(string name)
    {
        _gathering.Writer.EphemeralRemove(name);
        return Begin();
    }

    /// <summary>Takes no more changes and ends when what it took is on disk.</summary>
    public Task CloseAsync()
    {
        lock (host.Gate)
        {
            _isClosed = true;
            return _writing;
        }
    }

    private Task Begin()
    {
        if (!_isWriting)
        {
            // It tells everybody who waits what became of it, and throws nothing.
            _isWriting = true;
            _writing = Task.Run(WriteAll);
        }

        return _gathering.Done;
    }

    private void WriteAll()
    {
        while (TakeBatch() is (KeyValueBatch batch, var snapshot))
        {
            try
            {
                // The batch is part of what the snapshot shows.
                if (snapshot is null || !TryReplace(snapshot))
                {
                    storage.File.Append(batch.Writer.Records);
                }

                batch.Complete();
            }
            catch (Exception exception)
            {
                KeyValueLog.WriteFailed(logger, storage.Path, exception);
                TakeBack(batch, exception);
            }
        }
    }

    // The file is good without this: only that it cannot be told which of the two is there is a fault.
    private bool TryReplace(KeyValueSnapshot snapshot)
    {
        long before = storage.File.Length;
        JournalFile anew;
        try
        {
            anew = JournalFile.Prepare(storage.Path, snapshot.Frames());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            KeyValueLog.CompactionFailed(logger, storage.Path, exception);
            _lengthAnew = before;
            return false;
        }

        _isReplacing = true;
        storage.Replace(anew);
        _isReplacing = false;
        _lengthAnew = anew.Length;
        KeyValueLog.Compacted(logger, storage.Path, before, _lengthAnew);
        return true;
    }

    private (KeyValueBatch Batch, KeyValueSnapshot? Snapshot)? TakeBatch()
    {
        lock (host.Gate)
        {
            if (_gathering.Writer.Length == 0)
            {
                _isWriting = false;
                return null;
            }

            KeyValueBatch batch = _gathering;
            _gathering = new KeyValueBatch();
            return (batch, IsMostlyDead(storage.File.Length + batch.Writer.Length) ? new KeyValueSnapshot(host.Objects, host.Ephemeral) : null);
        }
    }

    // A file that is still large after it was written anew is left alone until it has grown by half.
    private bool IsMostlyDead(long length)
    {
        long alive = host.Objects.Bytes + host.Ephemeral.Bytes + ((host.Objects.Count + (long)host.Ephemeral.Count) * RecordOverhead);
        return length > (2 * alive) + DeadAllowed && length > _lengthAnew + (_lengthAnew / 2);
    }

    // What is in memory is not on disk: the file is read anew, and all that it does not hold was not done.
    private void TakeBack(KeyValueBatch batch, Exception exception)
    {
        var fault = new DataProviderException($"'{storage.Path}' cannot be written: {exception.Message}", exception);
        KeyValueBatch gathered;
        long stamp;
        lock (host.Gate)
        {
            _fault = fault;
            (gathered, _gathering) = (_gathering, new KeyValueBatch());
            stamp = host.Objects.Stamp;
        }

        try
        {
            if (_isReplacing)
            {
                throw new IOException("Which of two files is in place is not certain.");
            }

            long keep = storage.File.Length;
            storage.File.Dispose();
            (MemoryState objects, MemoryEphemeral ephemeral) = storage.Load(logger, keep);

            // Whoever saw one of the stamps that were not kept takes none of the next ones for it.
            objects.StartAt(stamp + 1);
            lock (host.Gate)
            {
                host.Open(objects, ephemeral, this);
                _fault = null;
            }
        }
        catch (Exception second)
        {
            KeyValueLog.Broken(logger, storage.Path, second);
            host.Close(fault);
        }

        batch.Fail(fault);
        gathered.Fail(fault);
    }
}
