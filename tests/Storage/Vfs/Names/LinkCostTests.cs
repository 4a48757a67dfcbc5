using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;

namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>A link that leads nowhere is looked at as seldom as possible: a long text of one is a long walk.</summary>
public sealed class LinkCostTests
{
    [Fact]
    public async Task A_path_that_its_backend_resolves_to_itself_is_resolved_once()
    {
        var backend = new Unresolved(static path => path);
        using UserTree tree = new UserTree(isLocal: false).Permit("/look", "list").Replace("/", backend);
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/d/l")).ShouldBe(StorageError.AccessDenied);
        backend.Resolved.ShouldBe(1);
    }

    [Fact]
    public async Task A_path_that_its_backend_cannot_resolve_is_resolved_once()
    {
        var backend = new Unresolved(static _ => StorageError.LinkLoop);
        using UserTree tree = new UserTree(isLocal: false).Permit("/look", "list").Replace("/", backend);
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/d/l")).ShouldBe(StorageError.AccessDenied);
        backend.Resolved.ShouldBe(1);
    }

    [Fact]
    public async Task A_link_that_always_leads_elsewhere_is_given_up()
    {
        int resolved = 0;
        var backend = new Unresolved(_ => P($"/l{resolved++}"));
        using UserTree tree = new UserTree(isLocal: false).Permit("/look", "list").Replace("/", backend);
        using UserFileSystem files = tree.Open();
        (await files.StatAsync("/d/l")).ShouldBe(StorageError.AccessDenied);
        backend.Resolved.ShouldBe(4);
    }

    // Every path of it is met as a link.
    private sealed class Unresolved(Func<VirtualPath, StorageResult<VirtualPath>> resolve) : BrokenFiles, IFileSystem
    {
        public int Resolved { get; private set; }

        ValueTask<StorageResult<EntryAttributes>> IFileSystem.GetAttributesAsync(VirtualPath path, CancellationToken ct) => new(StorageError.LinkLoop);

        ValueTask<StorageResult<VirtualPath>> IFileSystem.ResolveAsync(VirtualPath path, CancellationToken ct)
        {
            Resolved++;
            return new(resolve(path));
        }
    }
}
