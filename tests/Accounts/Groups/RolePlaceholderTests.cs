using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Groups.EffectiveUserFixture;

namespace Hpc.Accounts.Tests.Groups;

/// <summary>Users without a role in groups that say <c>%role%</c>: a role's part of something never becomes the whole.</summary>
public sealed class RolePlaceholderTests
{
    public static TheoryData<string, GroupUserSettings> Collapsing { get; } = new()
    {
        { "home_dir", new GroupUserSettings { HomeDir = "/data/%role%" } },
        { "home_dir", new GroupUserSettings { HomeDir = "/data/%role%/shared" } },
        { "home_dir", new GroupUserSettings { HomeDir = "/data/%username%/%role%" } },
        { "home_dir", new GroupUserSettings { HomeDir = "/data/x-%role%" } },
        { "home_dir", new GroupUserSettings { HomeDir = "/data/%role%/%username%" } },
        { "home_dir", new GroupUserSettings { HomeDir = "/data/%role%-%username%" } },
        { "permissions", new GroupUserSettings { Permissions = Permissions(("/", ["list"]), ("/%role%", ["*"])) } },
        { "permissions", new GroupUserSettings { Permissions = Permissions(("/in/%role%", [])) } },
        { "file_patterns", new GroupUserSettings { Filters = new GroupUserFilters { FilePatterns = [new PatternsFilter { Path = "/%role%", AllowedPatterns = ["*"] }] } } },
        { "filesystem", new GroupUserSettings { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.S3, S3 = new S3Config { KeyPrefix = "%role%/" } } } },
        { "filesystem", new GroupUserSettings { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.Gcs, Gcs = new GcsConfig { KeyPrefix = "%role%/" } } } },
        { "filesystem", new GroupUserSettings { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.AzureBlob, AzureBlob = new AzureBlobConfig { KeyPrefix = "%role%/" } } } },
        { "filesystem", new GroupUserSettings { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.Sftp, Sftp = new SftpConfig { Prefix = "/%role%" } } } },
        { "filesystem", new GroupUserSettings { Filesystem = new FilesystemConfig { Provider = FilesystemProvider.Http, Http = new HttpConfig { Username = "%role%" } } } },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Collapsing))]
    public void A_user_without_a_role_is_refused_where_its_group_needs_one(string part, GroupUserSettings settings)
    {
        TryCreate(Nobody(1), [Group("tenant", settings)], out _, out string error).ShouldBeFalse();
        error.ShouldContain("tenant");
        error.ShouldContain(part);
        error.ShouldContain("no role");
        TryCreate(User().In(("tenant", 1)), [Group("tenant", settings)], out _, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/%role%")]
    [InlineData("/%role%/x")]
    public void A_mount_of_a_secondary_group_at_such_a_path_is_refused_too(string path)
    {
        TryCreate(Nobody(2), [Group("tenant", new GroupUserSettings(), new FolderMapping { Name = "f", VirtualPath = path })], out _, out string error).ShouldBeFalse();
        error.ShouldContain("virtual_path");
    }

    [Fact]
    public void What_a_secondary_group_does_not_give_does_no_harm() =>
        Account(Nobody(2), Group("tenant", new GroupUserSettings { HomeDir = "/data/%role%" })).HomeDirectory.ShouldBe("/srv/own");

    [Fact]
    public void A_user_who_is_called_as_a_role_does_not_get_the_roles_directory()
    {
        Group group = Group("tenant", new GroupUserSettings { HomeDir = "/data/%role%/%username%" });
        TryCreate(Nobody(1) with { Username = "sales" }, [group], out _, out string error).ShouldBeFalse();
        error.ShouldContain("no role");
    }

    [Fact]
    public void What_only_looks_like_the_placeholder_behind_a_name_needs_no_role() =>
        Account(Nobody(1), Group("tenant", new GroupUserSettings { HomeDir = "/data/%username%role%" })).HomeDirectory.ShouldBe("/data/alicerole%");

    [Fact]
    public void A_folder_of_a_group_that_needs_a_role_has_no_directory_for_a_user_without_one()
    {
        Group group = Group("tenant", new GroupUserSettings(), new FolderMapping { Name = "f", VirtualPath = "/f" }, new FolderMapping { Name = "s3", VirtualPath = "/s3" }, new FolderMapping { Name = "own", VirtualPath = "/own" });
        Folder[] folders =
        [
            new() { Name = "f", MappedPath = "/data/%role%/shared" },
            new() { Name = "s3", Filesystem = new FilesystemConfig { Provider = FilesystemProvider.S3, S3 = new S3Config { Bucket = "b", KeyPrefix = "%role%/" } } },
            new() { Name = "own", MappedPath = "/data/%role%/%username%" },
        ];
        UserAccount account = Account(Nobody(1), [group, .. folders]);
        account.Folders.Select(mount => (mount.MappedPath, mount.LacksRole)).ShouldBe([(null, true), (null, true), (null, true)]);
        account.Folders[1].Filesystem.S3.Bucket.ShouldBe("");
        Account(User().In(("tenant", 1)), [group, .. folders]).Folders[0].MappedPath.ShouldBe("/data/sales/shared");
    }

    private static User Nobody(int type) => User(user => user with { Role = "" }).In(("tenant", type));
}
