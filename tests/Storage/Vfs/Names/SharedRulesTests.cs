using Hpc.Storage.Tests.Support;
using Hpc.Storage.Tests.Vfs.Policy;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>Rules that were made once for the sessions of a user.</summary>
public class SharedRulesTests
{
    private static readonly PermissionSet Allowed = Policies.Permissions("*", ("/look", "list"));

    [Fact]
    public async Task Sessions_with_the_same_rules_have_backends_of_their_own()
    {
        using var first = new UserTree(isLocal: false, "/look", "/m");
        using var second = new UserTree(isLocal: false, "/look", "/m");
        var rules = new TreeRules(Allowed, PatternSet.Empty, Policies.Mounts("/look", "/m"));
        foreach ((UserTree tree, string content) in ((UserTree, string)[])[(first, "1"), (second, "2")])
        {
            await tree.Of("/m").WriteFileAsync("/f", content);
            await tree.Of("/look").WriteFileAsync("/f", content);
        }

        using UserFileSystem files = new(Definition(first, rules));
        using UserFileSystem others = new(Definition(second, rules));
        (await files.ReadFileAsync("/m/f")).ShouldBe("1");
        (await others.ReadFileAsync("/m/f")).ShouldBe("2");
        (await files.TryOpenAsync("/look/f")).ShouldBe(StorageError.AccessDenied);
        (await others.For("SCP").TryOpenAsync("/look/f")).ShouldBe(StorageError.AccessDenied);
    }

    [Fact]
    public void Rules_of_something_else_are_refused()
    {
        using var tree = new UserTree(isLocal: false, "/look", "/m");
        foreach (TreeRules rules in (TreeRules[])
            [
                new(PermissionSet.Full, PatternSet.Empty, Policies.Mounts("/look", "/m")),
                new(Allowed, Policies.Patterns(("/", "", "x", true)), Policies.Mounts("/look", "/m")),
                new(Allowed, PatternSet.Empty, Policies.Mounts("/look")),
                new(Allowed, PatternSet.Empty, Policies.Mounts("/look", "/n")),
                new(Allowed, PatternSet.Empty, Policies.Mounts("/m", "/look")),
            ])
        {
            Should.Throw<ArgumentException>(() => new UserFileSystem(Definition(tree, rules)));
        }
    }

    private static UserFilesDefinition Definition(UserTree tree, TreeRules rules) => new()
    {
        Mounts = [.. ((string[])["/", "/look", "/m"]).Select(path => new Mount { Path = P(path), Files = tree.Of(path), State = new MountState("folder:" + path) })],
        Permissions = Allowed,
        Rules = rules,
        Source = new FileEventSource { UserName = "ann", Protocol = "SFTP" },
    };
}
