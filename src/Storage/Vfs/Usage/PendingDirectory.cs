using System.Diagnostics.CodeAnalysis;

namespace Hpc.Storage.Vfs.Usage;

/// <summary>
/// A directory whose files are counted and whose subdirectories are to be gone through, in the order of their names:
/// the first so many behind a name, so that the next ones are found by reading it again, whatever order it is read in.
/// </summary>
internal sealed class PendingDirectory(VirtualPath path, string? after = null)
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private string? _last;

    public VirtualPath Path => path;

    /// <summary>Most names to keep.</summary>
    public int Room { get; set; }

    /// <summary>True if its files are not counted yet.</summary>
    public bool IsFirst => after is null;

    /// <summary>True if there are more subdirectories than were kept.</summary>
    public bool HasMore { get; private set; }

    public int Count => _names.Count;

    public PendingDirectory Next() => new(path, _last ?? after ?? "");

    public void Offer(string name)
    {
        if (after is not null && string.CompareOrdinal(name, after) <= 0)
        {
            return;
        }

        _names.Add(name);
        if (_names.Count > Room)
        {
            _names.Remove(_names.Max!);
            HasMore = true;
        }
    }

    public bool TryTake([NotNullWhen(true)] out string? name)
    {
        name = _names.Min;
        if (name is null)
        {
            return false;
        }

        _names.Remove(name);
        _last = name;
        return true;
    }
}
