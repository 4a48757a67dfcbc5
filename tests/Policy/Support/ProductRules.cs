using Hpc.Policy.Tests.Rules;
using Hpc.Storage;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Policy.Tests;

/// <summary>Hands a user's rules to the product as the configuration would.</summary>
internal static class ProductRules
{
    private static readonly FileEventSource Nobody = new() { UserName = "user", Protocol = "SFTP" };

    public static UserFilesDefinition Definition(
        UserRules rules, IReadOnlyDictionary<string, IFileSystem> backends, IReadOnlyDictionary<string, MountState> states, VfsOptions options, Func<string, IReadOnlyList<QuotaShare>> quotas) => new()
    {
        Mounts =
        [
            .. backends.Select(backend => new Mount
            {
                Path = P(backend.Key),
                Files = backend.Value,
                State = states[backend.Key],
                IsReadOnly = rules.ReadOnlyMounts.Contains(backend.Key),
                Quotas = quotas(backend.Key),
            }),
        ],
        Permissions = Permissions(rules),
        Patterns = Patterns(rules),
        Options = options with { IsReadOnly = rules.IsReadOnly },
        Source = Nobody,
    };

    private static PermissionSet Permissions(UserRules rules)
    {
        string[] everywhere = rules.Permissions["/"];
        if (everywhere.Length == 0)
        {
            rules.Permissions.Count.ShouldBe(1);
            return PermissionSet.Empty;
        }

        PermissionSet.TryCreate(
            everywhere,
            rules.Permissions.Where(entry => entry.Key != "/").Select(entry => (entry.Key, (IReadOnlyList<string>)entry.Value)),
            out PermissionSet permissions,
            out string error).ShouldBeTrue(error);
        return permissions;
    }

    private static PatternSet Patterns(UserRules rules)
    {
        PatternSet.TryCreate(
            rules.Patterns.Select(p => (p.Path, (IReadOnlyList<string>)p.Allowed, (IReadOnlyList<string>)p.Denied, p.Hides)),
            out PatternSet patterns,
            out string error).ShouldBeTrue(error);
        return patterns;
    }
}
