using System.Collections;
using System.Reflection;

namespace Hpc.Accounts.Tests;

public sealed class UserAccountDigestTests
{
    private static readonly UserAccount Account = TestUsers.New() with { PasswordHash = "h", PublicKeys = ["a", "b"], Permissions = ["list"], Version = 1 };

    public static TheoryData<string, UserAccount> Others => new()
    {
        { "name", Account with { UserName = "bob" } },
        { "home", Account with { HomeDirectory = "/srv/other" } },
        { "password", Account with { PasswordHash = "i" } },
        { "no password", Account with { PasswordHash = null } },
        { "empty password", Account with { PasswordHash = "" } },
        { "key", Account with { PublicKeys = ["a", "c"] } },
        { "keys run together", Account with { PublicKeys = ["ab"] } },
        { "a key that is now a permission", Account with { PublicKeys = ["a"], Permissions = ["b", "list"] } },
        { "disabled", Account with { IsEnabled = false } },
        { "expiry", Account with { ExpiresAt = DateTimeOffset.UnixEpoch } },
        { "permissions", Account with { Permissions = ["list", "download"] } },
        { "version", Account with { Version = 2 } },
    };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Whatever_differs_in_an_account_differs_in_its_digest(string what, UserAccount other) =>
        UserAccountDigest.Of(other).ShouldNotBe(UserAccountDigest.Of(Account), what);

    [Fact]
    public void Equal_accounts_have_equal_digests() =>
        UserAccountDigest.Of(Account with { PublicKeys = ["a", "b"], Permissions = ["list"] }).ShouldBe(UserAccountDigest.Of(Account));

    /// <summary>Every member of an account and of what it holds, found by reflection, so that a new one cannot be forgotten.</summary>
    [Fact]
    public void Every_member_counts()
    {
        UserAccount account = TestUsers.Full() with
        {
            Folders = [.. TestUsers.Full().Folders.Select(mount => mount with { MappedPath = "/srv/" + mount.FolderName })],
            GroupBandwidths = [new GroupBandwidth("staff", 1, 2)],
        };
        var seen = new HashSet<UInt128> { UserAccountDigest.Of(account) };
        var members = new List<string>();
        foreach ((string member, object changed) in Changes(account, ""))
        {
            members.Add(member);
            seen.Add(UserAccountDigest.Of((UserAccount)changed)).ShouldBeTrue($"{member} is not in the digest");
        }

        members.ShouldContain(".Folders[0].MappedPath");
        members.ShouldContain(".FilePatterns[1].Denied[0]");
        members.ShouldContain(".DirectoryPermissions[0].Names.Count");
        members.ShouldContain(".GroupId");
        members.ShouldContain(".GroupBandwidths[0].Download");
        members.ShouldContain(".Logins.Totp.Secret.Payload");
        members.ShouldContain(".TransferLimits.Count");
        members.ShouldContain(".Filesystem.S3.Bucket");
    }

    [Fact]
    public void Credentials_are_those_of_the_stamp_where_the_store_has_one()
    {
        UserAccount stamped = Account with { CredentialStamp = "1" };
        UserAccountDigest.OfCredentials(stamped with { PasswordHash = "rehashed" }).ShouldBe(UserAccountDigest.OfCredentials(stamped));
        UserAccountDigest.OfCredentials(stamped with { CredentialStamp = "2" }).ShouldNotBe(UserAccountDigest.OfCredentials(stamped));
        UserAccountDigest.OfCredentials(Account with { QuotaBytes = 1, HomeDirectory = "/x" }).ShouldBe(UserAccountDigest.OfCredentials(Account));
        UserAccountDigest.OfCredentials(Account with { PasswordHash = "i" }).ShouldNotBe(UserAccountDigest.OfCredentials(Account));
        UserAccountDigest.OfCredentials(Account with { PublicKeys = ["ab"] }).ShouldNotBe(UserAccountDigest.OfCredentials(Account));
    }

    // Each member changed once, on a copy.
    private static IEnumerable<(string Member, object Changed)> Changes(object value, string path)
    {
        foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.CanWrite))
        {
            foreach ((string member, object? changed) in Replacements(property.GetValue(value), property.PropertyType, $"{path}.{property.Name}"))
            {
                object copy = value.GetType().GetMethod("<Clone>$")!.Invoke(value, null)!;
                property.SetValue(copy, changed);
                yield return (member, copy);
            }
        }
    }

    private static IEnumerable<(string Member, object? Changed)> Replacements(object? value, Type type, string path) => value switch
    {
        string text => [(path, text + "x")],
        bool flag => [(path, !flag)],
        null when type == typeof(string) => [(path, "x")],
        null when type == typeof(DateTimeOffset?) => [(path, DateTimeOffset.UnixEpoch)],
        int number => [(path, number + 1)],
        long number => [(path, number + 1)],
        uint number => [(path, number + 1)],
        Enum policy => [(path, Enum.ToObject(type, 1 - Convert.ToInt32(policy)))],
        DateTimeOffset time => [(path, time.AddTicks(1)), (path, null)],
        IList list => ListReplacements(list, path),
        _ when IsRecord(type) => Changes(value!, path).Select(other => (other.Member, (object?)other.Changed)),
        _ => throw new NotSupportedException($"{path} is a {type}: the test and the digest must learn it."),
    };

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static IEnumerable<(string Member, object? Changed)> ListReplacements(IList list, string path)
    {
        Type element = list.GetType().GetInterfaces().Single(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)).GetGenericArguments()[0];
        if (list.Count == 0)
        {
            Array one = Array.CreateInstance(element, 1);
            one.SetValue(element == typeof(string) ? "x" : Activator.CreateInstance(element), 0);
            yield return (path + ".Count", one);
            yield break;
        }

        Array shorter = Array.CreateInstance(element, list.Count - 1);
        for (int i = 0; i < shorter.Length; i++)
        {
            shorter.SetValue(list[i], i);
        }

        yield return (path + ".Count", shorter);
        for (int i = 0; i < list.Count; i++)
        {
            IEnumerable<(string Member, object? Changed)> others = element == typeof(string)
                ? [($"{path}[{i}]", (object?)(list[i] + "x"))]
                : Changes(list[i]!, $"{path}[{i}]").Select(other => (other.Member, (object?)other.Changed));
            foreach ((string member, object? changed) in others)
            {
                Array copy = Array.CreateInstance(element, list.Count);
                list.CopyTo(copy, 0);
                copy.SetValue(changed, i);
                yield return (member, copy);
            }
        }
    }
}
