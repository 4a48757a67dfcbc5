using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Groups.EffectiveUserFixture;

namespace Hpc.Accounts.Tests.Groups;

public sealed class EffectiveUserTests
{
    [Fact]
    public void Everything_that_a_user_says_itself_is_in_its_account()
    {
        UserAccount account = Account(User(user => user with
        {
            Password = "$2a$hash",
            PublicKeys = ["ssh-ed25519 AAAA"],
            ExpirationDate = 86_400_000,
            Permissions = Permissions(("/", ["list"]), ("/in", ["upload"])),
            QuotaSize = 10,
            QuotaFiles = 11,
            MaxSessions = 12,
            UploadBandwidth = 13,
            DownloadBandwidth = 14,
            UploadDataTransfer = 1,
            DownloadDataTransfer = 2,
            TotalDataTransfer = 3,
            Uid = 1000,
            Gid = 1001,
            Filters = new UserFilters
            {
                MaxUploadFileSize = 15,
                StartDirectory = "/in",
                FilePatterns = [new PatternsFilter { Path = "/in", AllowedPatterns = ["*.csv"], DeniedPatterns = ["*.exe"], DenyPolicy = 1 }],
                WebClient = ["mfa-disabled"],
                PasswordStrength = 50,
                PasswordPolicy = new PasswordPolicy { Length = 9 },
                DefaultSharesExpiration = 3,
                MaxSharesExpiration = 4,
                DisableFsChecks = true,
                BandwidthLimits = [new BandwidthLimit { UploadBandwidth = 1 }],
                DataTransferLimits = [new DataTransferLimit { TotalDataTransfer = 1 }],
            },
        }));

        account.UserName.ShouldBe("alice");
        account.HomeDirectory.ShouldBe("/srv/own");
        account.PasswordHash.ShouldBe("$2a$hash");
        account.PublicKeys.ShouldBe(["ssh-ed25519 AAAA"]);
        account.IsEnabled.ShouldBeTrue();
        account.ExpiresAt.ShouldBe(DateTimeOffset.UnixEpoch.AddDays(1));
        account.Permissions.ShouldBe(["list"]);
        account.DirectoryPermissions.Single().Path.ShouldBe("/in");
        account.DirectoryPermissions.Single().Names.ShouldBe(["upload"]);
        (account.QuotaBytes, account.QuotaFiles, account.MaxSessions, account.UploadBandwidth, account.DownloadBandwidth).ShouldBe((10, 11, 12, 13, 14));
        (account.UploadTransferBytes, account.DownloadTransferBytes, account.TotalTransferBytes).ShouldBe((1L << 20, 2L << 20, 3L << 20));
        (account.UserId, account.GroupId, account.MaxUploadBytes, account.StartDirectory).ShouldBe((1000u, 1001u, 15, "/in"));
        account.FilePatterns.Single().Policy.ShouldBe(FilePatternPolicy.Hide);
        account.FilePatterns.Single().Allowed.ShouldBe(["*.csv"]);
        account.FilePatterns.Single().Denied.ShouldBe(["*.exe"]);
        account.WebClient.ShouldBe(["mfa-disabled"]);
        (account.PasswordStrength, account.PasswordPolicy.Length, account.DefaultSharesExpiration, account.MaxSharesExpiration, account.DisableFsChecks).ShouldBe((50, 9, 3, 4, true));
        account.BandwidthLimits.Count.ShouldBe(1);
        account.TransferLimits.Count.ShouldBe(1);
        (account.Role, account.Version).ShouldBe(("sales", 7));
    }

    [Fact]
    public void Rules_for_logins_are_in_its_account()
    {
        LoginRules rules = Account(User(user => user with
        {
            LastPasswordChange = 86_400_000,
            Filters = new UserFilters
            {
                AllowedIp = ["192.0.2.0/24"],
                DeniedIp = ["198.51.100.0/24"],
                DeniedLoginMethods = ["password"],
                DeniedProtocols = ["FTP"],
                AccessTime = [new TimePeriod { DayOfWeek = 1, From = "08:00", To = "17:00" }],
                TlsUsername = "CommonName",
                TlsCerts = ["PEM"],
                FtpSecurity = 1,
                TwoFactorProtocols = ["SSH"],
                Totp = new TotpConfig { Enabled = true },
                RecoveryCodes = [new RecoveryCode { Used = true }, new RecoveryCode()],
                RequirePasswordChange = true,
                PasswordExpiration = 2,
                AllowApiKeyAuth = true,
            },
        })).Logins;

        rules.AllowedSources.ShouldBe(["192.0.2.0/24"]);
        rules.DeniedSources.ShouldBe(["198.51.100.0/24"]);
        rules.DeniedMethods.ShouldBe(["password"]);
        rules.DeniedProtocols.ShouldBe(["FTP"]);
        rules.AccessTimes.Single().From.ShouldBe("08:00");
        (rules.IsCommonNameUser, rules.IsTlsRequired, rules.IsAnonymous, rules.HasRecoveryCodes, rules.RequirePasswordChange, rules.AllowApiKeys).ShouldBe((true, true, false, true, true, true));
        rules.TlsCertificates.ShouldBe(["PEM"]);
        rules.SecondFactorProtocols.ShouldBe(["SSH"]);
        rules.Totp.Enabled.ShouldBeTrue();
        rules.PasswordExpiresAt.ShouldBe(DateTimeOffset.UnixEpoch.AddDays(3));
    }

    [Fact]
    public void A_password_that_was_never_changed_expires_from_the_users_creation_on() =>
        Account(User(user => user with { CreatedAt = 86_400_000, Filters = new UserFilters { PasswordExpiration = 1 } })).Logins.PasswordExpiresAt
            .ShouldBe(DateTimeOffset.UnixEpoch.AddDays(2));

    [Fact]
    public void A_password_of_which_no_time_is_known_does_not_expire() =>
        Account(User(user => user with { CreatedAt = 0, Filters = new UserFilters { PasswordExpiration = 1 } })).Logins.PasswordExpiresAt.ShouldBeNull();

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(2, false)]
    public void Only_status_one_is_enabled(int status, bool isEnabled) => Account(User(user => user with { Status = status })).IsEnabled.ShouldBe(isEnabled);

    [Fact]
    public void A_date_far_out_is_the_last_one_and_a_date_before_all_has_passed()
    {
        Account(User(user => user with { ExpirationDate = long.MaxValue })).ExpiresAt.ShouldBe(DateTimeOffset.MaxValue);
        Account(User(user => user with { ExpirationDate = -1 })).ExpiresAt.ShouldBe(DateTimeOffset.UnixEpoch);
        Account(User()).ExpiresAt.ShouldBeNull();
    }

    [Fact]
    public void Megabytes_that_are_too_many_for_bytes_are_the_most_that_there_is() =>
        Account(User(user => user with { TotalDataTransfer = long.MaxValue })).TotalTransferBytes.ShouldBe(long.MaxValue);

    [Fact]
    public void An_empty_password_is_none() => Account(User(user => user with { Password = "" })).PasswordHash.ShouldBeNull();

    [Fact]
    public void A_folder_brings_its_directory_and_backend_and_one_that_is_gone_none()
    {
        FolderMapping[] mounts =
        [
            new FolderMapping { Name = "here", VirtualPath = "/a", QuotaSize = 5, QuotaFiles = 6, ReadOnly = true },
            new FolderMapping { Name = "gone", VirtualPath = "/b", QuotaSize = -1, QuotaFiles = -1, MappedPath = "/never/used" },
        ];
        var folder = new Folder { Name = "here", MappedPath = "/srv/%username%", Filesystem = new FilesystemConfig { Provider = FilesystemProvider.Sftp } };
        IReadOnlyList<FolderMount> folders = Account(User(user => user with { VirtualFolders = mounts }), folder).Folders;

        folders[0].ShouldBe(new FolderMount { FolderName = "here", VirtualPath = "/a", QuotaBytes = 5, QuotaFiles = 6, IsReadOnly = true, MappedPath = "/srv/%username%", Filesystem = folder.Filesystem });
        (folders[1].MappedPath, folders[1].QuotaBytes, folders[1].QuotaFiles, folders[1].IsReadOnly).ShouldBe((null, -1, -1, false));
    }

    [Fact]
    public void An_anonymous_user_lists_and_downloads_over_ftp_and_webdav_alone()
    {
        UserAccount account = Account(User(user => user with
        {
            Permissions = Permissions(("/", ["*"]), ("/in", ["upload"]), ("/none", [])),
            Filters = new UserFilters { IsAnonymous = true, DeniedProtocols = ["DAV", "SSH"], DeniedLoginMethods = ["password"] },
        }));

        account.Permissions.ShouldBe(["list", "download"]);
        account.DirectoryPermissions.ShouldAllBe(entry => entry.Names.SequenceEqual(new[] { "list", "download" }));
        account.Logins.IsAnonymous.ShouldBeTrue();
        account.Logins.DeniedProtocols.ShouldBe(["DAV", "SSH", "HTTP"]);
        account.Logins.DeniedMethods.ShouldBe(LoginMethodNames.All.Except(["password"]));
    }

    [Fact]
    public void Credentials_have_another_stamp_after_a_change_and_not_after_a_new_hash_of_the_same_password()
    {
        User user = User(one => one with { Password = "a", LastPasswordChange = 5 });
        string stamp = Account(user).CredentialStamp;

        Account(user with { Password = "b" }).CredentialStamp.ShouldBe(stamp);
        Account(user with { Description = "x", QuotaSize = 1 }).CredentialStamp.ShouldBe(stamp);
        User[] changed =
        [
            user with { LastPasswordChange = 6 },
            user with { Password = null },
            user with { PublicKeys = ["k"] },
            user with { Filters = new UserFilters { TlsCerts = ["k"] } },
            user with { Filters = new UserFilters { TlsUsername = "CommonName" } },
            user with { Filters = new UserFilters { Totp = new TotpConfig { Enabled = true } } },
            user with { Filters = new UserFilters { Totp = new TotpConfig { Secret = new Secret { Payload = "x" } } } },
            user with { Filters = new UserFilters { Totp = new TotpConfig { Protocols = ["SSH"] } } },
        ];
        changed.Select(one => Account(one).CredentialStamp).Append(stamp).ShouldBeUnique();
    }

    [Fact]
    public void A_limit_below_zero_is_no_account_rather_than_no_limit()
    {
        User[] broken =
        [
            User(user => user with { QuotaSize = -1 }), User(user => user with { QuotaFiles = -1 }), User(user => user with { MaxSessions = -1 }),
            User(user => user with { TotalDataTransfer = -1 }), User(user => user with { UploadBandwidth = -1 }), User(user => user with { Uid = -1 }),
            User(user => user with { Gid = 1L << 40 }), User(user => user with { Filters = new UserFilters { MaxUploadFileSize = -1 } }),
        ];
        foreach (User user in broken)
        {
            TryCreate(user, [], out _, out string error).ShouldBeFalse();
            error.ShouldContain("out of range");
        }
    }

    [Fact]
    public void A_list_with_null_in_it_is_no_account()
    {
        User[] broken =
        [
            User(user => user with { Permissions = Permissions(("/", null!)) }), User(user => user with { PublicKeys = [null!] }), User(user => user with { Groups = [null!] }),
            User(user => user with { VirtualFolders = [null!] }), User(user => user with { Filters = new UserFilters { DeniedIp = [null!] } }),
        ];
        foreach (User user in broken)
        {
            TryCreate(user, [], out _, out string error).ShouldBeFalse();
            error.ShouldContain("null");
        }
    }
}
