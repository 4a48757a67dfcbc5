using Hpc.Accounts.Data;
using Hpc.Accounts.Dumps.Mending;
using Hpc.Accounts.Services;

namespace Hpc.Accounts.Dumps;

/// <summary>What comes of a dump while it is checked and made ready. Used by one caller and forgotten.</summary>
internal sealed class DumpPlan(DumpMode mode, ChangeContext context, IObjectStore store, PendingObjects pending, long now)
{
    private readonly Dictionary<ObjectKey, string> _references = [];

    public DumpMode Mode { get; } = mode;

    public ChangeContext Context { get; } = context;

    /// <summary>What is there.</summary>
    public IObjectStore Store { get; } = store;

    /// <summary>What will be there.</summary>
    public PendingObjects Pending { get; } = pending;

    public long Now { get; } = now;

    public DumpErrors Errors { get; } = new();

    /// <summary>What was changed or left out.</summary>
    public DumpWarnings Warnings { get; } = new();

    /// <summary>Objects of the dump that are not loaded, and are not there either.</summary>
    public HashSet<ObjectKey> LeftOut { get; } = [];

    /// <summary>Groups, folders and roles that stay as they are stored, as those of the dump cannot be taken for them.</summary>
    public HashSet<ObjectKey> LeftAsStored { get; } = [];

    /// <summary>Why the actor may not do this.</summary>
    public string? Refusal { get; private set; }

    public bool IsBusy { get; set; }

    public int Skipped { get; set; }

    public List<ObjectChange> Changes { get; } = [];

    /// <summary>Folders that users and groups give in full.</summary>
    public Dictionary<ObjectKey, ObjectChange> Made { get; } = [];

    /// <summary>What is told after the objects are stored.</summary>
    public DumpAftermath Aftermath { get; } = new();

    /// <summary>Nothing more is to be found.</summary>
    public bool IsOver => Refusal is not null || Errors.IsFull || IsBusy;

    public void Refuse(string path, string reason) => Refusal ??= $"{path}: {reason}";

    /// <summary>Remembers that something must be there in the end.</summary>
    public void Require(ObjectKey key, string path)
    {
        if (!Pending.Contains(key))
        {
            _references.TryAdd(key, path);
        }
    }

    /// <summary>An error for each thing that is nowhere.</summary>
    public async ValueTask CheckReferencesAsync(CancellationToken ct)
    {
        foreach (IGrouping<Objects.ObjectKind, KeyValuePair<ObjectKey, string>> ofKind in _references.Where(one => !Made.ContainsKey(one.Key)).GroupBy(one => one.Key.Kind))
        {
            Dictionary<string, string> paths = ofKind.ToDictionary(one => one.Key.Name, one => one.Value, StringComparer.Ordinal);
            IReadOnlyList<StoredObject> found = await Pending.FindManyAsync(ofKind.Key, paths.Keys, ct).ConfigureAwait(false);
            foreach (string missing in paths.Keys.Except(found.Select(one => one.Key.Name), StringComparer.Ordinal))
            {
                Errors.Add(paths[missing], $"{ValidationText.Show(missing)}, which is neither in the dump nor stored", "names of objects that are in the dump or stored");
            }
        }
    }
}
