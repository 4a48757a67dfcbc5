using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class PermissionTableTests
{
    [Fact]
    public void Every_operation_has_its_row_and_needs_something()
    {
        PermissionTable.Rows.Select(static row => row.Operation).ShouldBe(Enum.GetValues<FileOperation>());
        foreach (FileOperation operation in Enum.GetValues<FileOperation>())
        {
            PermissionTable.NeededFor(operation).ShouldNotBe(Permission.None);
            Permission.None.Allows(operation).ShouldBeFalse();
            Permission.All.Allows(operation).ShouldBeTrue();
            (Permission.All & ~PermissionTable.NeededFor(operation)).Allows(operation).ShouldBeFalse();
        }
    }

    [Fact]
    public void Every_permission_is_needed_for_something() =>
        PermissionTable.Rows.Aggregate(Permission.None, static (all, row) => all | row.Needed).ShouldBe(Permission.All);

    [Fact] // R4.2
    public void A_listing_is_decided_in_the_directory_and_the_rest_where_the_path_lies()
    {
        Place open = Place(Permission.None, Permission.All);
        Place closed = Place(Permission.All, Permission.None);
        open.Allows(FileOperation.ListDirectory).ShouldBeTrue();
        closed.Allows(FileOperation.ListDirectory).ShouldBeFalse();
        open.Allows(FileOperation.ReadAttributes).ShouldBeFalse();
        closed.Allows(FileOperation.ReadAttributes).ShouldBeTrue();
        open.Allows(FileOperation.CreateDirectory).ShouldBeFalse();
        closed.Allows(FileOperation.DeleteDirectory).ShouldBeTrue();
    }

    [Fact] // R4.3
    public void Attributes_of_a_directory_are_decided_in_it_and_those_of_a_file_where_it_lies()
    {
        var changes = new AttributeChanges { Permissions = 0x1C0, UserId = 1, GroupId = 1, AccessTime = default(FileTime), ModificationTime = default(FileTime) };
        Place(Permission.None, Permission.All).Allows(changes, isDirectory: true).ShouldBeTrue();
        Place(Permission.None, Permission.All).Allows(changes, isDirectory: false).ShouldBeFalse();
        Place(Permission.All, Permission.None).Allows(changes, isDirectory: true).ShouldBeFalse();
        Place(Permission.All, Permission.None).Allows(changes, isDirectory: false).ShouldBeTrue();
        Place(Permission.All & ~Permission.ChangeTimes, Permission.None).Allows(changes, isDirectory: false).ShouldBeFalse();
        Place(Permission.Overwrite, Permission.None).Allows(new AttributeChanges { Size = 1 }, isDirectory: false).ShouldBeTrue();
        Place(Permission.All & ~Permission.Overwrite, Permission.All).Allows(new AttributeChanges { Size = 1 }, isDirectory: false).ShouldBeFalse();
    }

    [Theory] // R4.3: rename on both parents, over an existing name also overwrite on the target's
    [InlineData((int)FileOperation.RenameFile, "rename_files", "rename_files", true)]
    [InlineData((int)FileOperation.RenameFile, "rename_files", "rename_dirs", false)]
    [InlineData((int)FileOperation.RenameFile, "list", "rename", false)]
    [InlineData((int)FileOperation.RenameDirectory, "rename", "rename_dirs", true)]
    [InlineData((int)FileOperation.RenameDirectory, "rename_files", "rename", false)]
    [InlineData((int)FileOperation.ReplaceByRename, "list", "overwrite", true)]
    [InlineData((int)FileOperation.ReplaceByRename, "overwrite", "rename", false)]
    [InlineData((int)FileOperation.CopyFile, "copy", "copy", true)]
    [InlineData((int)FileOperation.CopyFile, "copy", "upload", false)]
    [InlineData((int)FileOperation.ReadCopied, "download", "list", true)]
    [InlineData((int)FileOperation.ReadCopied, "list", "download", false)]
    [InlineData((int)FileOperation.CreateByCopy, "list", "upload", true)]
    [InlineData((int)FileOperation.CreateByCopy, "upload", "overwrite", false)]
    [InlineData((int)FileOperation.ReplaceByCopy, "list", "overwrite", true)]
    [InlineData((int)FileOperation.ReplaceByCopy, "overwrite", "upload", false)]
    public void What_has_two_paths_is_decided_where_its_row_says(int operation, string source, string target, bool isAllowed) =>
        PermissionTable.Allows(Place(Named(source), Permission.All), Place(Named(target), Permission.All), (FileOperation)operation).ShouldBe(isAllowed);

    [Theory]
    [InlineData("download,overwrite", "create_symlinks,overwrite", "list", true)]
    [InlineData("list,download", "create_symlinks", "list,delete", true)]
    [InlineData("list,download", "create_symlinks,overwrite", "list", false)]
    [InlineData("list,download", "create_symlinks", "overwrite", false)]
    [InlineData("download,overwrite", "create_symlinks,chmod", "list", false)]
    [InlineData("download,overwrite", "create_symlinks", "chtimes", false)]
    [InlineData("list,overwrite", "create_symlinks", "list", false)]
    [InlineData("*", "download", "*", false)]
    [InlineData("*", "create_symlinks", "*", true)]
    public void A_hard_link_gives_no_right_that_the_file_has_not_wherever_it_comes_to_be(string existing, string link, string elsewhere, bool isAllowed)
    {
        Place source = Place(Named(existing), Permission.None);
        Place target = Place(Named(link), Permission.None);
        Permission somewhere = source.Around | target.Around | Named(elsewhere);
        (PermissionTable.AllowsHardLink(source, target) && !PermissionTable.GivesNewRights(source, somewhere)).ShouldBe(isAllowed);
    }

    [Fact]
    public void One_path_is_not_asked_for_two()
    {
        Place place = Place(Permission.All, Permission.All);
        Should.Throw<ArgumentOutOfRangeException>(() => place.Allows(FileOperation.RenameFile));
        Should.Throw<ArgumentOutOfRangeException>(() => PermissionTable.Allows(place, place, FileOperation.ReadFile));
    }

    private static Place Place(Permission around, Permission within) =>
        new() { Mount = 0, Around = around, Within = within, Verdict = NameVerdict.Allowed };

    private static Permission Named(string names) => Policies.Permissions(names).At(VirtualPath.Root);
}
