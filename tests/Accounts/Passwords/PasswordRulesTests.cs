using Hpc.Accounts.Objects;
using Hpc.Accounts.Passwords;
using Shouldly;

namespace Hpc.Accounts.Tests.Passwords;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("password1", 60, false)]
    [InlineData("correct horse battery staple", 60, true)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 20, false)]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 20, false)]
    [InlineData("0987654321", 20, false)]
    [InlineData("qwertyuiop", 20, false)]
    [InlineData("a", 0, true)]
    public void Entropy_asks_for_length_and_variety(string password, double least, bool isAccepted) => // H23
        (PasswordChecker.FindFault(password, new() { MinEntropy = least }) is null).ShouldBe(isAccepted);

    [Fact]
    public void Entropy_is_the_length_times_the_bits_of_the_alphabet()
    {
        PasswordEntropy.Of("").ShouldBe(0);
        PasswordEntropy.Of("akxr").ShouldBe(4 * Math.Log2(26), 0.001);
        PasswordEntropy.Of("akxR1!").ShouldBe(6 * Math.Log2(26 + 26 + 10 + 5), 0.001);
        PasswordEntropy.Of("akkkkxr").ShouldBe(5 * Math.Log2(26), 0.001);
        PasswordEntropy.Of("xabcde").ShouldBe(3 * Math.Log2(26), 0.001);
        PasswordEntropy.Of("éà").ShouldBe(2 * Math.Log2(2), 0.001);
    }

    [Theory]
    [InlineData("Abc1234!", true)]
    [InlineData("Abc123!", false)]
    [InlineData("abc1234!", false)]
    [InlineData("ABC1234!", false)]
    [InlineData("Abcdefg!", false)]
    [InlineData("Abc12345", false)]
    public void Each_count_one_below_its_least_is_refused(string password, bool isAccepted) => // H24
        (PasswordChecker.FindFault(password, new() { Length = 8, Uppers = 1, Lowers = 2, Digits = 4, Specials = 1 }) is null).ShouldBe(isAccepted);

    [Fact]
    public void Everything_is_accepted_if_nothing_is_configured() => PasswordChecker.FindFault("a", PasswordRules.None).ShouldBeNull(); // H29

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void What_no_password_can_be_is_refused(string password) => PasswordChecker.FindFault(password, PasswordRules.None).ShouldNotBeNull();

    [Fact]
    public void Half_a_character_is_no_part_of_a_password() => PasswordChecker.FindFault("a" + (char)0xd800 + "b", PasswordRules.None).ShouldNotBeNull();

    [Fact]
    public void A_password_of_more_than_1024_bytes_is_refused()
    {
        PasswordChecker.FindFault(new string('a', 1024), PasswordRules.None).ShouldBeNull();
        PasswordChecker.FindFault(new string('é', 513), PasswordRules.None).ShouldNotBeNull();
    }

    [Fact]
    public void Of_each_rule_the_first_of_user_group_and_server_holds() // H26, H28
    {
        var server = new PasswordRules { Length = 12, Digits = 3, MinEntropy = 50 };
        var user = new UserFilters { PasswordPolicy = new() { Length = 4 } };
        var group = new GroupUserFilters { PasswordPolicy = new() { Length = 20, Uppers = 1 }, PasswordStrength = 30 };

        PasswordRules.Of(user, group, server).ShouldBe(new() { Length = 4, Uppers = 1, Digits = 3, MinEntropy = 30 });
        PasswordRules.Of(new UserFilters(), null, server).ShouldBe(server);
    }

    [Fact]
    public void No_fault_shows_the_password() =>
        PasswordChecker.FindFault("hunter", new() { Length = 99, Uppers = 9, MinEntropy = 99 }).ShouldNotBeNull().ShouldNotContain("hunter");
}
