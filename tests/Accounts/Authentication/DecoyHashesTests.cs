using Hpc.Accounts.Authentication;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Tests.Authentication;

public sealed class DecoyHashesTests
{
    private static readonly string Preferred = PasswordHash.NewDecoy(new PasswordHashOptions { BcryptCost = 4 });

    public static TheoryData<string> Ordinary =>
    [
        Bcrypt(12), Argon2id(64 * 1024, 2), Pbkdf2(600_000), ShaCrypt(20_000), "$1$abcdefgh$" + new string('a', 22), "{MD5}" + new string('a', 32), Yescrypt("j9T"),
    ];

    public static TheoryData<string> Expensive =>
    [
        Bcrypt(13), Bcrypt(16), Argon2id(1024 * 1024, 1), Argon2id(64 * 1024, 3), Pbkdf2(10_000_000), Pbkdf2(600_001), ShaCrypt(20_001), ShaCrypt(1_000_000), Yescrypt("jFT"),
    ];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void What_installations_have_is_imitated(string hash)
    {
        PasswordHash.IsSupported(hash).ShouldBeTrue(PasswordHash.WhyUnsupported(hash));
        var decoys = new DecoyHashes(Preferred);
        decoys.Learn(hash);
        CostsOf(decoys).ShouldBe([PasswordHash.CostOf(Preferred), PasswordHash.CostOf(hash)], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Expensive))]
    public void One_expensive_hash_does_not_make_strangers_expensive(string hash)
    {
        PasswordHash.IsSupported(hash).ShouldBeTrue(PasswordHash.WhyUnsupported(hash));
        var decoys = new DecoyHashes(Preferred);
        decoys.Learn(hash);
        CostsOf(decoys).ShouldBe([PasswordHash.CostOf(Preferred)]);
    }

    [Fact]
    public void Twice_the_cost_of_new_hashes_is_ordinary()
    {
        PasswordHash.IsOrdinary(Bcrypt(14), Bcrypt(13)).ShouldBeTrue();
        PasswordHash.IsOrdinary(Bcrypt(15), Bcrypt(13)).ShouldBeFalse();
        string costly = Argon2id(512 * 1024, 1);
        PasswordHash.IsOrdinary(Argon2id(512 * 1024, 2), costly).ShouldBeTrue();
        PasswordHash.IsOrdinary(Argon2id(512 * 1024, 3), costly).ShouldBeFalse();
        PasswordHash.IsOrdinary("no hash", costly).ShouldBeFalse();
    }

    [Fact]
    public void The_cost_that_was_learned_longest_ago_goes_and_that_of_new_hashes_stays()
    {
        var decoys = new DecoyHashes(Preferred);
        for (int i = 1; i < DecoyHashes.MaxCosts + 2; i++)
        {
            decoys.Learn(ShaCrypt(1000 + i));
        }

        string?[] costs = CostsOf(decoys);
        costs.Length.ShouldBe(DecoyHashes.MaxCosts);
        costs.ShouldContain(PasswordHash.CostOf(Preferred));
        costs.ShouldNotContain(PasswordHash.CostOf(ShaCrypt(1001)));
        costs.ShouldNotContain(PasswordHash.CostOf(ShaCrypt(1002)));
        costs.ShouldContain(PasswordHash.CostOf(ShaCrypt(1003)));
        costs.ShouldContain(PasswordHash.CostOf(ShaCrypt(1000 + DecoyHashes.MaxCosts + 1)));
        decoys.Any.ShouldBe(Preferred);
    }

    // So many names that each of 32 costs has some.
    private static string?[] CostsOf(DecoyHashes decoys) => [.. Enumerable.Range(0, 2_000).Select(i => PasswordHash.CostOf(decoys.For($"name{i}"))).Distinct()];

    private static string Bcrypt(int cost) => PasswordHash.NewDecoy(new PasswordHashOptions { BcryptCost = cost });

    private static string Argon2id(int memory, int passes) =>
        PasswordHash.NewDecoy(new PasswordHashOptions { Algorithm = PasswordAlgorithm.Argon2id, Argon2MemoryKiB = memory, Argon2Passes = passes, Argon2Lanes = 1 });

    private static string Pbkdf2(int iterations) => $"$pbkdf2-sha256${iterations}$salt${Convert.ToBase64String(new byte[32])}";

    private static string ShaCrypt(int rounds) => $"$6$rounds={rounds}$salt${new string('a', 86)}";

    private static string Yescrypt(string parameters) => $"$y${parameters}$abcdefgh${new string('.', 43)}";
}
