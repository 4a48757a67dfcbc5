namespace Hpc.Accounts.Tests;

public sealed class VirtualFolderValidatorTests
{
    private static readonly VirtualFolder Folder = new() { Name = "reports", MappedPath = "/srv/reports", Description = "Monthly" };

    [Fact]
    public void A_good_folder_has_no_errors() => VirtualFolderValidator.Validate(Folder).ShouldBeEmpty();

    [Theory]
    [InlineData("")]
    [InlineData("srv")]
    [InlineData("/srv/../etc")]
    [InlineData("/srv/")]
    [InlineData("/srv\0")]
    [InlineData("C:\\data")]
    public void A_mapped_path_is_absolute_and_normal(string path)
    {
        UserAccountError error = VirtualFolderValidator.Validate(Folder with { MappedPath = path }).ShouldHaveSingleItem();
        error.Field.ShouldBe("MappedPath");
        error.Allowed.ShouldContain("an absolute path");
    }

    [Fact]
    public void Names_are_those_of_users_and_descriptions_one_line()
    {
        VirtualFolderValidator.Validate(Folder with { Name = "a/b", Description = "a\nb" }).Select(error => error.Field).ShouldBe(["Name", "Description"]);
        VirtualFolderValidator.Validate(Folder with { Description = new string('x', 1025) }).ShouldHaveSingleItem().Allowed.ShouldContain("1024");
        VirtualFolderValidator.Validate(new VirtualFolder { Name = null!, MappedPath = null!, Description = null! }).Count.ShouldBe(3);
    }
}
