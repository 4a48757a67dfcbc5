using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.KeyValue;

/// <summary>The file and how a state is made of it.</summary>
internal sealed class KeyValueStorage(string path, MemoryDataProviderOptions options, TimeProvider time) : IDisposable
{
    private JournalFile? _file;

    public string Path => path;

    public JournalFile File => _file ?? throw new InvalidOperationException("The file is not open.");

    /// <summary>Makes a file that holds nothing.</summary>
    public void Make()
    {
        // Larger than all stamps of a file that stood here before: who has seen those takes none of the new ones for an old one.
        MemoryState objects = NewState();
        objects.StartAt(time.GetUtcNow().ToUnixTimeMilliseconds() * 1000);
        using JournalFile file = JournalFile.Prepare(path, new KeyValueSnapshot(objects, NewEphemeral()).Frames());
        file.Publish();
    }

    /// <summary>Opens the file, and cuts off what is behind <paramref name="keep"/> and what a crash left at its end.</summary>
    public (MemoryState Objects, MemoryEphemeral Ephemeral) Load(ILogger logger, long keep = long.MaxValue)
    {
        MemoryState objects = NewState();
        MemoryEphemeral ephemeral = NewEphemeral();
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        bool hasState = false;
        _file = JournalFile.Open(path, keep, (offset, records) => hasState |= Read(offset, records, objects, ephemeral, now));
        if (!hasState)
        {
            _file.Dispose();
            throw new DataProviderException(
                $"'{path}' is damaged or cut short at byte {_file.Length}, within what it was made with. Restore it from a backup, or load a dump into a new one. It was not changed.");
        }

        if (_file.Torn > 0)
        {
            KeyValueLog.TailCut(logger, path, _file.Length, _file.Torn);
            _file.CutTail();
        }

        // What changed before is not known in the order of its stamps.
        objects.StartAt(objects.Stamp);
        return (objects, ephemeral);
    }

    /// <summary>Goes on with a file that was prepared.</summary>
    public void Replace(JournalFile prepared)
    {
        _file?.Dispose();
        _file = prepared;
        prepared.Publish();
    }

    public void Dispose() => _file?.Dispose();

    private bool Read(long offset, ReadOnlyMemory<byte> records, MemoryState objects, MemoryEphemeral ephemeral, long now)
    {
        try
        {
            var reader = new RecordReader(records.Span, objects, ephemeral, now);
            reader.ReadAll();
            return reader.HasState;
        }
        catch (InvalidDataException exception)
        {
            throw new DataProviderException(
                $"'{path}' cannot be read at byte {offset}: {exception.Message}. A newer program wrote it; use that one, or restore a backup. The file was not changed.", exception);
        }
    }

    private MemoryState NewState() => new(options.MaxObjects, options.MaxObjectBytes);

    private MemoryEphemeral NewEphemeral() => new(options.MaxEphemeral, options.MaxEphemeralBytes);
}
