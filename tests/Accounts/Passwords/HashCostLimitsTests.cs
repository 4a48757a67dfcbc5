using Hpc.Accounts.Passwords;
using Hpc.Crypto.Passwords;
using Shouldly;

namespace Hpc.Accounts.Tests.Passwords;

public sealed class HashCostLimitsTests
{
    private const string Key32 = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static string Crypt(string start, int letters) => start + "saltsalt$" + new string('a', letters);

    private static string Argon2(int memory, int passes) => $"$argon2id$v=19$m={memory},t={passes},p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static string BcryptOf(int cost) => $"$2b${cost:00}$abcdefghijklmnopqrstuuRZBdCCsbnPMAGHk5kX3e3xNQJQ2vQ2a";

    public static TheoryData<string, bool> Hashes => new()
    {
        { BcryptOf(12), true },
        { BcryptOf(13), false },
        { Argon2(65536, 4), true },
        { Argon2(65536, 5), false },
        { Argon2(1048576, 4), false },
        { $"$pbkdf2-sha256$1000000$salt${Key32}", true },
        { $"$pbkdf2-sha256$1000001$salt${Key32}", false },
        { $"$pbkdf2-b64salt-sha256$5000000$c2FsdA==${Key32}", false },
        { $"$pbkdf2-sha1$600000$salt${Key32}", false },
        { Crypt("$6$", 86), true },
        { Crypt("$6$rounds=100000$", 86), true },
        { Crypt("$6$rounds=100001$", 86), false },
        { Crypt("$5$rounds=1000000$", 43), false },
        { Crypt("$y$j9T$", 42) + ".", true },
        { Crypt("$y$jBT$", 42) + ".", true },
        { Crypt("$y$jCT$", 42) + ".", false },
        { Crypt("$y$jFT$", 42) + ".", false },
        { Crypt("$y$j9T..$", 42) + ".", false },
        { "{MD5}5f4dcc3b5aa765d61d8327deb882cf99", true },
    };

    [Theory]
    [MemberData(nameof(Hashes))]
    public void A_hash_may_cost_a_few_times_what_new_ones_do(string hash, bool isAllowed)
    {
        PasswordHash.WhyUnsupported(hash).ShouldBeNull();

        (HashCostLimits.WhyTooCostly(hash, PasswordHashOptions.Default) is null).ShouldBe(isAllowed);
    }

    [Fact]
    public void The_configured_cost_raises_the_limit()
    {
        HashCostLimits.WhyTooCostly(BcryptOf(14), new PasswordHashOptions { BcryptCost = 12 }).ShouldBeNull();
        HashCostLimits.WhyTooCostly(BcryptOf(15), new PasswordHashOptions { BcryptCost = 12 }).ShouldNotBeNull();
        HashCostLimits.WhyTooCostly(Argon2(1048576, 1), new PasswordHashOptions { Argon2MemoryKiB = 262144 }).ShouldBeNull();
        HashCostLimits.WhyTooCostly(Argon2(1048576, 2), new PasswordHashOptions { Argon2MemoryKiB = 262144 }).ShouldNotBeNull();
    }

    [Fact]
    public void What_is_no_hash_is_not_judged() => HashCostLimits.WhyTooCostly("password", PasswordHashOptions.Default).ShouldBeNull();
}
