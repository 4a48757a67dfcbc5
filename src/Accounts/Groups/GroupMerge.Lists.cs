using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Groups;

/// <content>What is appended (R3.9 and R3.10).</content>
internal sealed partial class GroupMerge
{
    private void AddFolders(Group group, bool isPrimary)
    {
        foreach (FolderMapping mapping in group.VirtualFolders)
        {
            string path = _names.FillPath(mapping.VirtualPath);
            if ((path == "/" && !isPrimary) || _folders.Exists(folder => folder.Mapping.VirtualPath == path))
            {
                continue;
            }

            _folders.Add(new MergedFolder(mapping with { VirtualPath = path }, _names));
        }
    }

    private void AddPermissions(IReadOnlyDictionary<string, IReadOnlyList<string>> permissions, bool isPrimary)
    {
        foreach ((string key, IReadOnlyList<string> names) in permissions)
        {
            string path = _names.FillPath(key);
            if (path != "/")
            {
                _permissions.TryAdd(path, names);
            }
            else if (isPrimary)
            {
                _permissions[path] = names;
            }
        }
    }

    private void AddPatterns(IReadOnlyList<PatternsFilter> patterns, bool isPrimary)
    {
        foreach (PatternsFilter filter in patterns)
        {
            string path = _names.FillPath(filter.Path);
            if ((path != "/" || isPrimary) && !_patterns.Exists(own => own.Path == path))
            {
                _patterns.Add(filter with { Path = path });
            }
        }
    }

    private void AddLists(GroupUserFilters group) => _filters = _filters with
    {
        BandwidthLimits = Joined(_filters.BandwidthLimits, group.BandwidthLimits),
        DataTransferLimits = Joined(_filters.DataTransferLimits, group.DataTransferLimits),
        AllowedIp = Joined(_filters.AllowedIp, group.AllowedIp),
        DeniedIp = Joined(_filters.DeniedIp, group.DeniedIp),
        DeniedLoginMethods = Joined(_filters.DeniedLoginMethods, group.DeniedLoginMethods),
        DeniedProtocols = Joined(_filters.DeniedProtocols, group.DeniedProtocols),
        TwoFactorProtocols = Joined(_filters.TwoFactorProtocols, group.TwoFactorProtocols),
        WebClient = Joined(_filters.WebClient, group.WebClient),
        AccessTime = Joined(_filters.AccessTime, group.AccessTime),
    };

    // Each value once. Limits by network are left as they are: the first that matches decides, and a list in a record is equal to itself alone.
    private static IReadOnlyList<T> Joined<T>(IReadOnlyList<T> own, IReadOnlyList<T> given) =>
        given.Count == 0 ? own : [.. own.Concat(given).Distinct()];
}
