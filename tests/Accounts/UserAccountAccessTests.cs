namespace Hpc.Accounts.Tests;

/// <summary>Directory permissions, name filters, folders and limits of an account.</summary>
public sealed class UserAccountAccessTests
{
    private static readonly UserAccount User = TestUsers.New();

    [Fact]
    public void An_account_with_everything_has_no_errors() => UserAccountValidator.Validate(TestUsers.Full()).ShouldBeEmpty();

    [Theory]
    [InlineData("/")]
    [InlineData("up")]
    [InlineData("/up/")]
    [InlineData("/a/../b")]
    [InlineData("/a/[b/c]")]
    [InlineData("/a/[:alpha:]*[[:alpha:]]")]
    [InlineData("/a/*\\")]
    [InlineData("")]
    [InlineData(null)]
    public void A_directory_with_permissions_is_a_path_below_the_root(string? path)
    {
        UserAccountError error = Only(User with { DirectoryPermissions = [new("/a", []), new(path!, ["list"])] });
        error.Field.ShouldBe("DirectoryPermissions[1].Path");
        error.Allowed.ShouldStartWith("a directory below /");
    }

    [Fact]
    public void An_unknown_permission_of_a_directory_is_named_with_those_there_are()
    {
        UserAccountError error = Only(User with { DirectoryPermissions = [new("/a", ["list", "fly"])] });
        error.ToString().ShouldStartWith("DirectoryPermissions[0].Names: found 'fly'; allowed is one or more of *, list, download");
    }

    [Fact]
    public void A_directory_may_allow_nothing_and_hold_wildcards() =>
        UserAccountValidator.Validate(User with { DirectoryPermissions = [new("/a", []), new("/a/*/b?/[!x-z]", ["list"]), new("/a/]\\", ["*"])] }).ShouldBeEmpty();

    [Fact]
    public void A_path_with_wildcards_is_not_deeper_than_64()
    {
        string deep = string.Concat(Enumerable.Repeat("/a", 63));
        UserAccountValidator.Validate(User with { DirectoryPermissions = [new(deep + "/*", []), new(deep + deep, [])] }).ShouldBeEmpty();
        Only(User with { DirectoryPermissions = [new(deep + "/*/a", [])] }).Field.ShouldBe("DirectoryPermissions[0].Path");
    }

    [Fact]
    public void What_is_said_of_a_path_is_said_once()
    {
        Only(User with { DirectoryPermissions = [new("/a", []), new("/a", ["list"])] }).ToString().ShouldBe("DirectoryPermissions[1].Path: found '/a' a second time; allowed is each path once.");
        Only(User with { FilePatterns = [Deny("/a", "x"), Deny("/b", "x"), Deny("/a", "y")] }).Field.ShouldBe("FilePatterns[2].Path");
    }

    [Theory]
    [InlineData("[a")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_bad_pattern_is_named_by_its_place(string pattern)
    {
        UserAccount user = User with { FilePatterns = [Deny("/", "x"), Deny("/a", "x"), new("/b", ["x"], [pattern], FilePatternPolicy.Hide)] };
        UserAccountError error = Only(user);
        error.Field.ShouldBe("FilePatterns[2].Denied[0]");
        error.Found.ShouldBe($"'{pattern}'");
        error.Allowed.ShouldContain("*.csv");
        Only(User with { FilePatterns = [new("/b", ["x", pattern], [], FilePatternPolicy.Hide)] }).Field.ShouldBe("FilePatterns[0].Allowed[1]");
    }

    [Fact]
    public void A_filter_has_a_pattern_a_path_and_one_of_two_policies()
    {
        Only(User with { FilePatterns = [new("/", [], [], FilePatternPolicy.Deny)] }).ToString().ShouldBe("FilePatterns[0]: found neither allowed nor denied patterns; allowed is a rule with 1 to 1024 patterns.");
        Only(User with { FilePatterns = [Deny("in", "x")] }).Field.ShouldBe("FilePatterns[0].Path");
        Only(User with { FilePatterns = [Deny("/", "x") with { Policy = (FilePatternPolicy)2 }] }).ToString().ShouldBe("FilePatterns[0].Policy: found 2; allowed is 0 (deny) or 1 (hide).");
    }

    [Fact]
    public void A_folder_and_a_mount_point_occur_once()
    {
        Only(User with { Folders = [Mount("a", "/a"), Mount("a", "/b")] }).ToString().ShouldBe("Folders[1].FolderName: found 'a' a second time; allowed is each folder once.");
        Only(User with { Folders = [Mount("a", "/a"), Mount("b", "/a")] }).ToString().ShouldBe("Folders[1].VirtualPath: found '/a' a second time; allowed is one folder at each path.");
        UserAccountValidator.Validate(User with { Folders = [Mount("a", "/"), Mount("b", "/a"), Mount("c", "/a/b")] }).ShouldBeEmpty();
    }

    [Fact]
    public void A_mount_has_a_name_and_a_path()
    {
        Only(User with { Folders = [Mount("a/b", "/a")] }).Field.ShouldBe("Folders[0].FolderName");
        Only(User with { Folders = [Mount("a", "/a/")] }).Field.ShouldBe("Folders[0].VirtualPath");
    }

    [Theory]
    [InlineData(-1, 0, "QuotaBytes")]
    [InlineData(-1, 5, "QuotaBytes")]
    [InlineData(0, -1, "QuotaFiles")]
    [InlineData(-2, 0, "QuotaBytes")]
    [InlineData(0, -2, "QuotaFiles")]
    public void A_quota_of_minus_one_is_that_of_both(long bytes, long files, string field)
    {
        UserAccountError error = Only(User with { Folders = [Mount("a", "/a") with { QuotaBytes = bytes, QuotaFiles = files }] });
        error.Field.ShouldBe("Folders[0]." + field);
        error.Allowed.ShouldContain("-1 counts in the user's quota");
    }

    [Fact]
    public void Limits_are_not_negative_and_the_user_has_no_quota_of_minus_one()
    {
        UserAccount user = User with
        {
            QuotaBytes = -1, QuotaFiles = -1, UploadTransferBytes = -1, DownloadTransferBytes = -1, TotalTransferBytes = -1, MaxUploadBytes = -1,
            UserId = 0x8000_0000, GroupId = uint.MaxValue, StartDirectory = "in",
        };
        UserAccountValidator.Validate(user).Select(error => error.Field).ShouldBe(
            ["QuotaBytes", "QuotaFiles", "UploadTransferBytes", "DownloadTransferBytes", "TotalTransferBytes", "MaxUploadBytes", "UserId", "GroupId", "StartDirectory"]);
    }

    [Fact]
    public void Lists_are_bounded()
    {
        Only(User with { DirectoryPermissions = [.. Numbers(1025).Select(i => new DirectoryPermissions($"/{i}", []))] }).ToString()
            .ShouldBe("DirectoryPermissions: found 1025 directories; allowed is a list of at most 1024 directories.");
        Only(User with { FilePatterns = [.. Numbers(1025).Select(i => Deny($"/{i}", "x"))] }).Found.ShouldBe("1025 rules");
        Only(User with { FilePatterns = [Deny("/", [.. Numbers(1025).Select(i => $"{i}")])] }).ToString().ShouldBe("FilePatterns[0]: found 1025 patterns; allowed is a rule with 1 to 1024 patterns.");
        Only(User with { FilePatterns = [.. Numbers(5).Select(i => Deny($"/{i}", [.. Numbers(1000).Select(j => $"{j}")]))] }).ToString()
            .ShouldBe("FilePatterns: found 5000 patterns; allowed is at most 4096 patterns in all rules of a user.");
        Only(User with { Folders = [.. Numbers(257).Select(i => Mount($"{i}", $"/{i}"))] }).Found.ShouldBe("257 folders");
    }

    [Fact]
    public void Members_that_are_null_are_errors_and_not_exceptions()
    {
        UserAccountValidator.Validate(User with { DirectoryPermissions = null!, FilePatterns = null!, Folders = null!, StartDirectory = null! }).Count.ShouldBe(4);
        UserAccountValidator.Validate(User with { DirectoryPermissions = [null!, new("/a", null!)], FilePatterns = [null!, new("/a", null!, null!, 0)], Folders = [null!] }).Count.ShouldBe(5);
        UserAccountValidator.Validate(User with { DirectoryPermissions = [new(null!, [null!])], FilePatterns = [new(null!, [null!], [null!], 0)], Folders = [Mount(null!, null!)] }).Count.ShouldBe(7);
    }

    private static IEnumerable<int> Numbers(int count) => Enumerable.Range(0, count);

    private static FilePatternRule Deny(string path, params string[] patterns) => new(path, [], patterns, FilePatternPolicy.Deny);

    private static FolderMount Mount(string name, string path) => new() { FolderName = name, VirtualPath = path };

    private static UserAccountError Only(UserAccount user) => UserAccountValidator.Validate(user).ShouldHaveSingleItem();
}
