using System.Text;
using Hpc.Accounts.Dumps.Convert;
using Hpc.Accounts.Objects;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Dumps;

public sealed class UserFileConverterTests
{
    private static readonly string Hash = PasswordHash.HashBcrypt("secret"u8, 4);

    [Fact]
    public void Linux_accounts_come_with_their_hashes_numbers_homes_and_dates()
    {
        ConvertResult result = Convert(
            UserFileFormat.UnixPasswd,
            """
            root:x:0:0:root:/root:/bin/bash
            # a comment

            alice:x:1000:1001:Alice A,Room 1,,:/home/alice:/bin/bash
            bob:x:1001:1001::/home/bob:/usr/sbin/nologin
            """,
            $"""
            root:*:19000:0:99999:7:::
            alice:{Hash}:19000:0:90:7::20000:
            bob:!{Hash}:0:0:99999:7:::
            """);

        result.Dump.Version.ShouldBe(17);
        result.Skipped.Single().ShouldBe(new ConvertNote("users", 1, "'root'", "it is the system's administrator; a least uid of 0 converts it"));
        User alice = result.Dump.Users[0];
        (alice.Username, alice.Status, alice.Password, alice.HomeDir, alice.Uid, alice.Gid, alice.Description).ShouldBe(("alice", 1, Hash, "/home/alice", 1000, 1001, "Alice A"));
        (alice.LastPasswordChange, alice.ExpirationDate, alice.Filters.PasswordExpiration).ShouldBe((19000 * 86_400_000L, 20000 * 86_400_000L, 90));
        alice.Permissions["/"].ShouldBe(["*"]);
        User bob = result.Dump.Users[1];
        (bob.Status, bob.Password, bob.Filters.RequirePasswordChange, bob.Filters.PasswordExpiration).ShouldBe((0, Hash, true, 0));
        result.Notes.Single().UserName.ShouldBe("'bob'");
    }

    [Theory]
    [InlineData("!")]
    [InlineData("*")]
    [InlineData("!!")]
    [InlineData("!*")]
    [InlineData("")]
    [InlineData("x")]
    public void A_locked_account_is_disabled_and_has_no_password(string field)
    {
        User user = Convert(UserFileFormat.UnixPasswd, $"a:{field}:1:1::/home/a:/bin/sh").Dump.Users.Single();
        (user.Status, user.Password).ShouldBe((0, null));
    }

    [Fact]
    public void A_hash_that_cannot_be_verified_is_reported_and_not_shown()
    {
        ConvertResult result = Convert(UserFileFormat.ProFtpd, "a:abJnggxhB/yWI:1:1::/home/a:/bin/sh");
        (result.Dump.Users.Single().Status, result.Dump.Users.Single().Password).ShouldBe((1, null));
        result.Notes.Single().ToString().ShouldNotContain("abJ");
    }

    [Fact]
    public void Users_are_chosen_by_number_and_name_and_all_can_get_one_number()
    {
        const string Text = "a:x:1:1::/home/a:\nb:x:5:1::/home/b:\nc:x:9:1::/home/c:\nd:x:5:1::/home/d:\n";
        Names(Convert(UserFileFormat.UnixPasswd, Text, options: new() { MinUid = 2, MaxUid = 8 })).ShouldBe("b d");
        Names(Convert(UserFileFormat.UnixPasswd, Text, options: new() { UserNames = ["c", "d"] })).ShouldBe("c d");
        User forced = Convert(UserFileFormat.UnixPasswd, Text, options: new() { ForceUid = 70, ForceGid = 71 }).Dump.Users[2];
        (forced.Uid, forced.Gid).ShouldBe((70, 71));
        Convert(UserFileFormat.UnixPasswd, "root:x:0:0::/root:", options: new() { MinUid = 0 }).Dump.Users.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a:x:1:1::/home/a", "6 fields")]
    [InlineData("a:x:one:1::/home/a:", "no number")]
    [InlineData("a:x:-1:1::/home/a:", "no number")]
    [InlineData("a:x:4294967295:1::/home/a:", "within 0")]
    [InlineData(":x:1:1::/home/a:", "the name")]
    [InlineData("a/b:x:1:1::/home/a:", "the name")]
    [InlineData("a:x:1:1::home:", "absolute")]
    [InlineData("a:x:1:1::/home/../etc:", "absolute")]
    public void A_line_that_is_no_user_is_skipped_with_its_number_and_the_reason(string line, string reason)
    {
        ConvertResult result = Convert(UserFileFormat.UnixPasswd, "ok:x:1:1::/home/ok:\n" + line);
        Names(result).ShouldBe("ok");
        (result.Skipped.Single().Line, result.Skipped.Single().Reason).ShouldSatisfyAllConditions(one => one.Line.ShouldBe(2), one => one.Reason.ShouldContain(reason));
    }

    [Fact]
    public void A_name_twice_is_taken_once()
    {
        ConvertResult result = Convert(UserFileFormat.UnixPasswd, "a:x:1:1::/home/a:\na:x:2:1::/home/b:");
        result.Dump.Users.Single().Uid.ShouldBe(1);
        result.Skipped.Single().Reason.ShouldContain("stands above");
    }

    [Fact]
    public void Virtual_users_of_vsftpd_are_lines_in_turn()
    {
        ConvertResult result = Convert(UserFileFormat.Vsftpd, "alice\r\npass:word\r\nbob\r\n\r\ncarol\r\n", options: new() { HomeBase = "/srv/ftp/" });
        User alice = result.Dump.Users.Single();
        (alice.Username, alice.Password, alice.HomeDir, alice.Status).ShouldBe(("alice", "pass:word", "/srv/ftp/alice", 1));
        result.Skipped.Select(note => (note.Line, note.Reason)).ShouldBe([(3, "its password is empty"), (5, "no line with a password follows")]);
        result.Skipped.ShouldAllBe(note => !note.ToString().Contains("pass:word", StringComparison.Ordinal));
    }

    [Fact]
    public void Virtual_users_of_vsftpd_are_lines_with_hashes()
    {
        ConvertResult result = Convert(UserFileFormat.Vsftpd, $"alice:{Hash}\nbob:!\nbroken\n");
        result.Dump.Users.Select(user => (user.Username, user.Password, user.Status, user.HomeDir)).ShouldBe([("alice", Hash, 1, ""), ("bob", null, 0, "")]);
        result.Skipped.Single().Line.ShouldBe(3);
    }

    [Fact]
    public void Virtual_users_of_Pure_FTPd_come_with_their_limits()
    {
        ConvertResult result = Convert(
            UserFileFormat.PureFtpd,
            $"alice:{Hash}:500:501:Alice:/srv/ftp/alice/./in:10240:2049:1:2:3:100:1048576::192.0.2.9:198.51.100.7,203.0.113.0/24:192.0.2.0/24:2200-0600");
        User user = result.Dump.Users.Single();
        (user.Password, user.Uid, user.Gid, user.HomeDir, user.Filters.StartDirectory).ShouldBe((Hash, 500, 501, "/srv/ftp/alice", "/in"));
        (user.UploadBandwidth, user.DownloadBandwidth, user.MaxSessions, user.QuotaFiles, user.QuotaSize).ShouldBe((10, 3, 3, 100, 1048576));
        user.Filters.AllowedIp.ShouldBe(["198.51.100.7/32", "203.0.113.0/24"]);
        user.Filters.DeniedIp.ShouldBe(["192.0.2.0/24"]);
        user.Filters.AccessTime.Count.ShouldBe(14);
        user.Filters.AccessTime[1].ShouldBe(new TimePeriod { DayOfWeek = 0, From = "22:00", To = "23:59" });
        result.Notes.Count.ShouldBe(3);
    }

    [Fact]
    public void Short_lines_of_Pure_FTPd_have_no_limits_and_unreadable_limits_are_no_user()
    {
        string LineOf(string name, int field, string value)
        {
            string[] fields = [name, Hash, "1", "1", "", "/srv/" + name, .. Enumerable.Repeat("", 12)];
            fields[field] = value;
            return string.Join(':', fields);
        }

        string[] lines = [$"a:{Hash}:1:1::/srv/a/./", LineOf("b", 6, ""), LineOf("c", 6, "x"), LineOf("d", 15, "host.example"), LineOf("e", 17, "99-1")];
        ConvertResult result = Convert(UserFileFormat.PureFtpd, string.Join('\n', lines));
        Names(result).ShouldBe("a b");
        result.Dump.Users[0].HomeDir.ShouldBe("/srv/a");
        result.Skipped.Select(note => note.Line).ShouldBe([3, 4, 5]);
    }

    [Fact]
    public void Random_lines_are_converted_or_reported_and_never_throw()
    {
        var random = new Random(11);
        const string Letters = "ab:/.!*x$0519,-\0\u00e9\ud83d#\t\r\n";
        foreach (UserFileFormat format in Enum.GetValues<UserFileFormat>())
        {
            for (int i = 0; i < 500; i++)
            {
                var text = new StringBuilder();
                for (int length = random.Next(200); length > 0; length--)
                {
                    text.Append(random.Next(4) == 0 ? ':' : Letters[random.Next(Letters.Length)]);
                }

                ConvertResult result = Convert(format, text.ToString(), random.Next(2) == 0 ? text.ToString() : null);
                result.Dump.Users.Select(user => user.Username).ShouldBeUnique();
                UserFileConverter.ToJson(result.Dump).Length.ShouldBeGreaterThan(0);
            }
        }
    }

    private static ConvertResult Convert(UserFileFormat format, string users, string? shadow = null, ConvertOptions? options = null) =>
        UserFileConverter.Convert(format, users, shadow, options ?? new());

    private static string Names(ConvertResult result) => string.Join(' ', result.Dump.Users.Select(user => user.Username));
}
