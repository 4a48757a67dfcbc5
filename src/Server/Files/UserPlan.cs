using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Sessions;
using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Files;

/// <summary>What an account says of its files, read once for all sessions that were opened with the same object. What changes is only that its rules are made when a session first needs them.</summary>
internal sealed class UserPlan
{
    private readonly TransferLimits _transfer;
    private readonly (NetworkList Sources, TransferLimits Limits)[] _transferBySource;
    private readonly bool _preparesTree;
    private RulesOfPlaces? _rules;

    private UserPlan(UserAccount user, LocalFileSystemOptions local)
    {
        UserScope = UsageScope.OfUser(user.UserName);
        Local = user is { UserId: 0, GroupId: 0 } ? local : local with { OwnerId = OrNone(user.UserId), GroupId = OrNone(user.GroupId) };
        MaxUploadBytes = user.MaxUploadBytes;
        MaxBytes = user.QuotaBytes;
        MaxFiles = user.QuotaFiles;
        _transfer = TransferLimits.Of(user);
        _transferBySource = TransferLimits.BySource(user);
        Bandwidth = new BandwidthPlan(user);
        _preparesTree = !user.DisableFsChecks;
    }

    public string UserScope { get; }

    public LocalFileSystemOptions Local { get; }

    public PermissionSet Permissions { get; private init; } = PermissionSet.Empty;

    public PatternSet Patterns { get; private init; } = PatternSet.Empty;

    /// <summary>The root first, then folders from the shortest path to the longest, so that what encloses comes before what is enclosed.</summary>
    public IReadOnlyList<MountPlan> Mounts { get; private init; } = [];

    public VirtualPath StartDirectory { get; private init; }

    public long MaxUploadBytes { get; }

    public long MaxBytes { get; }

    public long MaxFiles { get; }

    /// <summary>Limits of speed.</summary>
    public BandwidthPlan Bandwidth { get; }

    /// <summary>True if files of the user are counted.</summary>
    public bool IsCounted { get; private set; }

    /// <summary>True if there are directories that have to be made before the session begins.</summary>
    public bool NeedsPreparing => _preparesTree && (Mounts.Count > 1 || !StartDirectory.IsRoot);

    /// <summary>Reads an account; false with the reason if nothing may be opened for it.</summary>
    public static bool TryCreate(UserAccount user, LocalFileSystemOptions local, UploadMode mode, out UserPlan plan, out string error)
    {
        plan = null!;
        if (!PermissionSet.TryCreate(user.Permissions, user.DirectoryPermissions.Select(entry => (entry.Path, entry.Names)), out PermissionSet permissions, out error))
        {
            return false;
        }

        PatternSet patterns = PatternSet.Empty;
        if (user.FilePatterns.Count > 0 && !PatternSet.TryCreate(
            user.FilePatterns.Select(rule => (rule.Path, rule.Allowed, rule.Denied, rule.Policy == FilePatternPolicy.Hide)), out patterns, out error))
        {
            return false;
        }

        if (!TryFindMounts(user, mode, out List<MountPlan> mounts, out error))
        {
            return false;
        }

        if (!VirtualPath.TryParse(user.StartDirectory, VirtualPath.Root, out VirtualPath start))
        {
            error = "the start directory is no virtual path";
            return false;
        }

        plan = new UserPlan(user, local) { Permissions = permissions, Patterns = patterns, Mounts = mounts, StartDirectory = start };
        plan.IsCounted = mounts.Exists(mount => mount.IsCounted);
        return true;
    }

    /// <summary>What may be moved by a session from an address: by the first network that holds it, else by the user's own limits.</summary>
    public TransferLimits TransferFrom(IPAddress address)
    {
        foreach ((NetworkList sources, TransferLimits limits) in _transferBySource)
        {
            if (sources.Contains(address))
            {
                return limits;
            }
        }

        return _transfer;
    }

    /// <summary>
    /// Permissions and patterns in the tree of the mounts, in their order. Made once, and again only where the directory of a mount has come to lie elsewhere.
    /// </summary>
    public TreeRules RulesFor(IReadOnlyList<IFileSystem> backends)
    {
        RulesOfPlaces? known = Volatile.Read(ref _rules);
        if (Mounts.Count == 1 && known is not null)
        {
            return known.Rules;
        }

        string?[] realPaths = Mounts.Count == 1 ? [] : OverlappingMounts.RealPathsOf(Mounts, backends);
        if (known is null || !known.RealPaths.AsSpan().SequenceEqual(realPaths))
        {
            var rules = new TreeRules(Permissions, Patterns, Mounts.Select(static mount => mount.Path), OverlappingMounts.Find(Mounts, realPaths));
            known = new RulesOfPlaces(rules, realPaths);
            Volatile.Write(ref _rules, known);
        }

        return known.Rules;
    }

    private static bool TryFindMounts(UserAccount user, UploadMode mode, out List<MountPlan> mounts, out string error)
    {
        mounts = new List<MountPlan>(user.Folders.Count + 1);
        error = "";
        foreach (FolderMount folder in user.Folders)
        {
            if (!VirtualPath.TryParse(folder.VirtualPath, VirtualPath.Root, out VirtualPath path) || mounts.Exists(mount => mount.Path == path))
            {
                error = $"the folder {folder.FolderName} has no path of its own";
                return false;
            }

            mounts.Add(MountPlan.OfFolder(user, folder, path));
        }

        if (!mounts.Exists(mount => mount.Path.IsRoot))
        {
            mounts.Add(MountPlan.OfHome(user, mode));
        }

        mounts.Sort(static (left, right) => left.Path.ToString().Length.CompareTo(right.Path.ToString().Length));
        return true;
    }

    private static uint? OrNone(uint id) => id == 0 ? null : id;

    private sealed record RulesOfPlaces(TreeRules Rules, string?[] RealPaths);
}
