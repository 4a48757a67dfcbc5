using Hpc.Storage.Vfs;

namespace Hpc.Storage.Tests.Vfs;

public class PermissionSetTests
{
    [Fact]
    public void Names_add_up()
    {
        PermissionSet.TryParse(["list", "delete_files", "delete_dirs"], out PermissionSet permissions, out string error).ShouldBeTrue();
        error.ShouldBe("");
        permissions.At(VirtualPath.Root).ShouldBe(Permission.List | Permission.Delete);
    }

    [Fact]
    public void A_star_is_everything()
    {
        PermissionSet.TryParse(["*"], out PermissionSet permissions, out _).ShouldBeTrue();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.All);
    }

    [Fact]
    public void All_names_together_are_everything()
    {
        PermissionSet.TryParse(PermissionNames.All.Where(name => name != "*"), out PermissionSet permissions, out _).ShouldBeTrue();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.All);
        PermissionNames.All.Count().ShouldBe(17);
    }

    [Theory]
    [InlineData("List")]
    [InlineData("write")]
    [InlineData("")]
    public void A_wrong_name_is_named_with_the_right_ones(string name)
    {
        PermissionSet.TryParse(["list", name], out PermissionSet permissions, out string error).ShouldBeFalse();
        error.ShouldContain($"'{name}'");
        error.ShouldContain("create_symlinks");
        permissions.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact]
    public void No_names_are_an_error_and_allow_nothing()
    {
        PermissionSet.TryParse([], out PermissionSet permissions, out string error).ShouldBeFalse();
        error.ShouldNotBeEmpty();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact]
    public void Every_operation_has_a_row()
    {
        foreach (FileOperation operation in Enum.GetValues<FileOperation>())
        {
            PermissionTable.NeededFor(operation).ShouldNotBe(Permission.None);
            Permission.None.Allows(operation).ShouldBeFalse();
            Permission.All.Allows(operation).ShouldBeTrue();
        }
    }
}
