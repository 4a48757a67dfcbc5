using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Groups.EffectiveUserFixture;

namespace Hpc.Accounts.Tests.Groups;

public sealed class GroupMergeTests
{
    /// <summary>A field that is the primary group's where the user has none: set by the user, set by the group, and read from the result.</summary>
    public static TheoryData<string, Func<User, long, User>, Func<GroupUserSettings, long, GroupUserSettings>, Func<User, long>> Numbers { get; } = new()
    {
        { "max_sessions", (u, n) => u with { MaxSessions = (int)n }, (g, n) => g with { MaxSessions = (int)n }, u => u.MaxSessions },
        { "quota_size", (u, n) => u with { QuotaSize = n }, (g, n) => g with { QuotaSize = n }, u => u.QuotaSize },
        { "quota_files", (u, n) => u with { QuotaFiles = n }, (g, n) => g with { QuotaFiles = n }, u => u.QuotaFiles },
        { "upload_bandwidth", (u, n) => u with { UploadBandwidth = n }, (g, n) => g with { UploadBandwidth = n }, u => u.UploadBandwidth },
        { "download_bandwidth", (u, n) => u with { DownloadBandwidth = n }, (g, n) => g with { DownloadBandwidth = n }, u => u.DownloadBandwidth },
        Filter("max_upload_file_size", (f, n) => f.MaxUploadFileSize = n, f => f.MaxUploadFileSize),
        Filter("external_auth_cache_time", (f, n) => f.ExternalAuthCacheTime = n, f => f.ExternalAuthCacheTime),
        Filter("ftp_security", (f, n) => f.FtpSecurity = (int)n, f => f.FtpSecurity),
        Filter("default_shares_expiration", (f, n) => f.DefaultSharesExpiration = (int)n, f => f.DefaultSharesExpiration),
        Filter("max_shares_expiration", (f, n) => f.MaxSharesExpiration = (int)n, f => f.MaxSharesExpiration),
        Filter("password_expiration", (f, n) => f.PasswordExpiration = (int)n, f => f.PasswordExpiration),
        Filter("password_strength", (f, n) => f.PasswordStrength = (int)n, f => f.PasswordStrength),
        Filter("password_policy.length", (f, n) => f.PasswordPolicy = f.PasswordPolicy with { Length = (int)n }, f => f.PasswordPolicy.Length),
        Filter("password_policy.uppers", (f, n) => f.PasswordPolicy = f.PasswordPolicy with { Uppers = (int)n }, f => f.PasswordPolicy.Uppers),
        Filter("password_policy.lowers", (f, n) => f.PasswordPolicy = f.PasswordPolicy with { Lowers = (int)n }, f => f.PasswordPolicy.Lowers),
        Filter("password_policy.digits", (f, n) => f.PasswordPolicy = f.PasswordPolicy with { Digits = (int)n }, f => f.PasswordPolicy.Digits),
        Filter("password_policy.specials", (f, n) => f.PasswordPolicy = f.PasswordPolicy with { Specials = (int)n }, f => f.PasswordPolicy.Specials),
        { "osconfig.read_buffer_size", (u, n) => u with { Filesystem = Os(n, 0) }, (g, n) => g with { Filesystem = Os(n, 0) }, u => u.Filesystem.Os.ReadBufferSize },
        { "osconfig.write_buffer_size", (u, n) => u with { Filesystem = Os(0, n) }, (g, n) => g with { Filesystem = Os(0, n) }, u => u.Filesystem.Os.WriteBufferSize },
        Flag("disable_fs_checks", f => f.DisableFsChecks = true, f => f.DisableFsChecks),
        Flag("allow_api_key_auth", f => f.AllowApiKeyAuth = true, f => f.AllowApiKeyAuth),
        Flag("is_anonymous", f => f.IsAnonymous = true, f => f.IsAnonymous),
        Flag("hooks.external_auth_disabled", f => f.Hooks = f.Hooks with { ExternalAuthDisabled = true }, f => f.Hooks.ExternalAuthDisabled),
        Flag("hooks.pre_login_disabled", f => f.Hooks = f.Hooks with { PreLoginDisabled = true }, f => f.Hooks.PreLoginDisabled),
        Flag("hooks.check_password_disabled", f => f.Hooks = f.Hooks with { CheckPasswordDisabled = true }, f => f.Hooks.CheckPasswordDisabled),
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Numbers))]
    public void What_a_user_has_not_comes_from_the_primary_group_alone(
        string field, Func<User, long, User> ofUser, Func<GroupUserSettings, long, GroupUserSettings> ofGroup, Func<User, long> read)
    {
        Group five = Group("g", ofGroup(new GroupUserSettings(), 5));
        read(Merged(User().In(("g", 1)), five)).ShouldBe(read(ofUser(User(), 5)), field);
        read(Merged(User().In(("g", 2)), five)).ShouldBe(0, field);
        read(Merged(User().In(("g", 3)), five)).ShouldBe(0, field);
        read(Merged(ofUser(User(), 3).In(("g", 1)), five)).ShouldBe(read(ofUser(User(), 3)), field);
    }

    [Fact]
    public void The_three_transfer_limits_come_together_and_only_for_a_user_without_any()
    {
        Group group = Group("g", new GroupUserSettings { UploadDataTransfer = 1, DownloadDataTransfer = 2, TotalDataTransfer = 3 });
        User all = Merged(User().In(("g", 1)), group);
        (all.UploadDataTransfer, all.DownloadDataTransfer, all.TotalDataTransfer).ShouldBe((1, 2, 3));
        User own = Merged(User(user => user with { UploadDataTransfer = 9 }).In(("g", 1)), group);
        (own.UploadDataTransfer, own.DownloadDataTransfer, own.TotalDataTransfer).ShouldBe((9, 0, 0));
    }

    [Theory]
    [InlineData(0, 10, 86_400_000L * 10 + 1_000)]
    [InlineData(5, 10, 5)]
    [InlineData(0, 0, 0)]
    public void Members_without_an_expiration_expire_so_many_days_after_their_creation(long own, int days, long expected) =>
        Merged(User(user => user with { ExpirationDate = own }).In(("g", 1)), Group("g", new GroupUserSettings { ExpiresIn = days })).ExpirationDate.ShouldBe(expected);

    [Fact]
    public void A_member_whose_creation_is_not_known_does_not_expire_by_its_group() =>
        Merged(User(user => user with { CreatedAt = 0 }).In(("g", 1)), Group("g", new GroupUserSettings { ExpiresIn = 10 })).ExpirationDate.ShouldBe(0);

    [Theory]
    [InlineData("", 1, "/srv/own")]
    [InlineData("/data/%role%/%username%", 1, "/data/sales/alice")]
    [InlineData("/data/%username%", 2, "/srv/own")]
    public void The_primary_groups_home_directory_replaces_the_users(string home, int type, string expected) =>
        Merged(User().In(("g", type)), Group("g", new GroupUserSettings { HomeDir = home })).HomeDir.ShouldBe(expected);

    [Fact]
    public void Without_a_role_its_placeholder_leaves_no_empty_segment_in_a_start_directory() =>
        Merged(User(user => user with { Role = "" }).In(("g", 1)), Group("g", new GroupUserSettings { Filters = new GroupUserFilters { StartDirectory = "/data/%role%/%username%" } }))
            .Filters.StartDirectory.ShouldBe("/data/alice");

    [Fact]
    public void A_name_that_looks_like_a_placeholder_stays_a_name() =>
        Merged(User(user => user with { Username = "%role%" }).In(("g", 1)), Group("g", new GroupUserSettings { HomeDir = "/data/%username%" })).HomeDir.ShouldBe("/data/%role%");

    [Theory]
    [InlineData("..", "")]
    [InlineData("a/b", "")]
    [InlineData("alice", "..")]
    [InlineData("alice", "a/../b")]
    [InlineData("alice", "a\nb")]
    public void A_name_that_is_more_than_one_segment_of_a_path_makes_no_account(string userName, string role)
    {
        User user = User(one => one with { Username = userName, Role = role }).In(("g", 1));
        TryCreate(user, [Group("g", new GroupUserSettings { HomeDir = "/data/%role%/%username%" })], out _, out string error).ShouldBeFalse();
        error.ShouldContain("path");
    }

    [Fact]
    public void A_backend_of_the_primary_group_replaces_the_users_and_a_local_one_does_not()
    {
        var s3 = new FilesystemConfig { Provider = FilesystemProvider.S3, S3 = new S3Config { Bucket = "b", KeyPrefix = "%role%/%username%/" } };
        var own = new FilesystemConfig { Provider = FilesystemProvider.Gcs };
        Merged(User(user => user with { Filesystem = own }).In(("g", 1)), Group("g", new GroupUserSettings { Filesystem = s3 })).Filesystem.S3.KeyPrefix.ShouldBe("sales/alice/");
        Merged(User(user => user with { Filesystem = own }).In(("g", 2)), Group("g", new GroupUserSettings { Filesystem = s3 })).Filesystem.Provider.ShouldBe(FilesystemProvider.Gcs);
        Merged(User(user => user with { Filesystem = own }).In(("g", 1)), Group("g", new GroupUserSettings())).Filesystem.Provider.ShouldBe(FilesystemProvider.Gcs);
    }

    [Fact]
    public void Placeholders_are_filled_in_every_backend()
    {
        Fill(new() { Provider = FilesystemProvider.Gcs, Gcs = new() { KeyPrefix = "%username%/" } }).Gcs.KeyPrefix.ShouldBe("alice/");
        Fill(new() { Provider = FilesystemProvider.AzureBlob, AzureBlob = new() { KeyPrefix = "%username%/" } }).AzureBlob.KeyPrefix.ShouldBe("alice/");
        FilesystemConfig sftp = Fill(new() { Provider = FilesystemProvider.Sftp, Sftp = new() { Username = "x-%username%", Prefix = "/p/%role%" } });
        (sftp.Sftp.Username, sftp.Sftp.Prefix).ShouldBe(("x-alice", "/p/sales"));
        Fill(new() { Provider = FilesystemProvider.Http, Http = new() { Username = "%username%" } }).Http.Username.ShouldBe("alice");

        static FilesystemConfig Fill(FilesystemConfig config) => Merged(User().In(("g", 1)), Group("g", new GroupUserSettings { Filesystem = config })).Filesystem;
    }

    [Fact]
    public void The_users_passphrase_stays_where_an_encrypting_group_has_none()
    {
        var own = new FilesystemConfig { Crypt = new CryptConfig { Passphrase = new Secret { Status = "Secretbox", Payload = "own" } } };
        var given = new FilesystemConfig { Provider = FilesystemProvider.Crypt };
        var complete = new FilesystemConfig { Provider = FilesystemProvider.Crypt, Crypt = new CryptConfig { Passphrase = new Secret { Status = "Secretbox", Payload = "group" } } };
        PayloadWith(given).ShouldBe("own");
        PayloadWith(complete).ShouldBe("group");

        string PayloadWith(FilesystemConfig group) =>
            Merged(User(user => user with { Filesystem = own }).In(("g", 1)), Group("g", new GroupUserSettings { Filesystem = group })).Filesystem.Crypt.Passphrase.Payload;
    }

    [Theory]
    [InlineData("", "CommonName", "CommonName")]
    [InlineData("None", "CommonName", "CommonName")]
    [InlineData("CommonName", "None", "CommonName")]
    public void The_name_in_a_certificate_counts_if_the_user_or_else_the_group_says_so(string own, string given, string expected) =>
        Merged(User(user => user with { Filters = new UserFilters { TlsUsername = own } }).In(("g", 1)), Group("g", new GroupUserSettings { Filters = new GroupUserFilters { TlsUsername = given } }))
            .Filters.TlsUsername.ShouldBe(expected);

    [Theory]
    [InlineData("", "/in/%username%", "/in/alice")]
    [InlineData("/own", "/in", "/own")]
    public void The_start_directory_is_the_users_or_else_the_groups(string own, string given, string expected) =>
        Merged(User(user => user with { Filters = new UserFilters { StartDirectory = own } }).In(("g", 1)), Group("g", new GroupUserSettings { Filters = new GroupUserFilters { StartDirectory = given } }))
            .Filters.StartDirectory.ShouldBe(expected);

    private static User Merged(User user, params Group[] groups)
    {
        EffectiveUser.TryMerge(user, groups.ToDictionary(group => group.Name, StringComparer.Ordinal), out User merged, out string error).ShouldBeTrue(error);
        return merged;
    }

    private static FilesystemConfig Os(long read, long write) => new() { Os = new OsFilesystemConfig { ReadBufferSize = (int)read, WriteBufferSize = (int)write } };

    private static TheoryDataRow<string, Func<User, long, User>, Func<GroupUserSettings, long, GroupUserSettings>, Func<User, long>> Filter(
        string name, Action<IBaseUserFilters, long> set, Func<IBaseUserFilters, long> read)
    {
        return new(name, (user, value) => user with { Filters = Set(new UserFilters(), value) }, (group, value) => group with { Filters = Set(new GroupUserFilters(), value) }, user => read(user.Filters));

        TFilters Set<TFilters>(TFilters filters, long value)
            where TFilters : IBaseUserFilters
        {
            set(filters, value);
            return filters;
        }
    }

    private static TheoryDataRow<string, Func<User, long, User>, Func<GroupUserSettings, long, GroupUserSettings>, Func<User, long>> Flag(
        string name, Action<IBaseUserFilters> set, Func<IBaseUserFilters, bool> read) => Filter(name, (filters, _) => set(filters), filters => read(filters) ? 1 : 0);
}
