using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Policy;

/// <summary>What of the entries of one directory a user is shown. Made once for each rule and mount point, never for a listing.</summary>
internal sealed class DirectoryView
{
    private readonly PatternRule? _hiding;

    // In byte order, so that a name is found by halves.
    private readonly byte[][] _covered;

    /// <param name="rule">The rule of the directory.</param>
    /// <param name="mountPoints">The names in it that are mount points or lead to one; those that the rule hides are left out.</param>
    public DirectoryView(PatternRule? rule, IEnumerable<VirtualPath> mountPoints)
    {
        _hiding = rule is { Hides: true } ? rule : null;
        (VirtualPath Path, byte[] Name)[] shown = [.. mountPoints.Select(static path => (path, PathText.Encode(path.Name))).Where(point => IsVisible(point.Item2))];
        Array.Sort(shown, static (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        MountPoints = [.. shown.Select(static point => point.Path)];
        _covered = [.. shown.Select(static point => point.Name)];
    }

    /// <summary>A directory without mount points that no rule hides anything in: all but the server's temporaries.</summary>
    public static DirectoryView Plain { get; } = new(null, []);

    /// <summary>Names directly in the directory that are mount points or lead to one; they are shown whatever the backend has, once. In byte order.</summary>
    public IReadOnlyList<VirtualPath> MountPoints { get; }

    /// <summary>Whether the backend's entry of this name is shown: no hidden name, no temporary, none that a mount point covers. Allocates nothing.</summary>
    public bool Shows(ReadOnlySpan<byte> name) => IsVisible(name) && !IsCovered(name);

    private bool IsVisible(ReadOnlySpan<byte> name) => !TemporaryName.IsOne(name) && _hiding?.Refuses(name) != true;

    private bool IsCovered(ReadOnlySpan<byte> name)
    {
        int first = 0;
        int end = _covered.Length;
        while (first < end)
        {
            int middle = (first + end) / 2;
            int order = name.SequenceCompareTo(_covered[middle]);
            if (order == 0)
            {
                return true;
            }

            (first, end) = order < 0 ? (first, middle) : (middle + 1, end);
        }

        return false;
    }
}
