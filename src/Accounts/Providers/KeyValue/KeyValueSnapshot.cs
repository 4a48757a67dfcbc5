using Hpc.Accounts.Data;
using Hpc.Accounts.Data.Memory;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.KeyValue;

/// <summary>Everything of a state at one moment. What it holds is never changed; it is taken under the state's lock and written without.</summary>
internal sealed class KeyValueSnapshot(MemoryState objects, MemoryEphemeral ephemeral)
{
    private const int FrameLength = 1 << 20;

    private readonly long _stamp = objects.Stamp;
    private readonly KeyValuePair<ObjectKind, long>[] _lastIds = [.. objects.LastIds];
    private readonly (StoredObject Stored, IReadOnlyList<ObjectKey> References, KeyValuePair<ActivityField, long>[] Activity)[] _objects =
        [.. objects.All.Select(entry => (entry.Stored, entry.References, entry.Activity.ToArray()))];

    private readonly (string Name, ReadOnlyMemory<byte> Value, long ExpiresAt)[] _ephemeral = [.. ephemeral.All];

    /// <summary>The records in frames of about a mebibyte; each is good until the next one is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Frames()
    {
        var writer = new RecordWriter();
        foreach ((StoredObject stored, IReadOnlyList<ObjectKey> references, KeyValuePair<ActivityField, long>[] activity) in _objects)
        {
            writer.Put(stored, references);
            foreach ((ActivityField field, long value) in activity)
            {
                writer.Activity(stored.Key, field, value);
            }

            if (writer.Length >= FrameLength)
            {
                yield return writer.Records;
                writer.Clear();
            }
        }

        foreach ((string name, ReadOnlyMemory<byte> value, long expiresAt) in _ephemeral)
        {
            writer.EphemeralPut(name, value.Span, expiresAt);
            if (writer.Length >= FrameLength)
            {
                yield return writer.Records;
                writer.Clear();
            }
        }

        // Last: a file without it was cut short.
        writer.State(_stamp, _lastIds);
        yield return writer.Records;
    }
}
