namespace Hpc.Accounts.Tests;

public sealed class UserNameRulesTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("alice")]
    [InlineData("DOMAIN\\alice")]
    [InlineData("alice@example.org")]
    [InlineData("ålice ✓ 😀")]
    [InlineData("%username%")]
    [InlineData("...")]
    public void Names_that_are_allowed(string name) => UserNameRules.IsValid(name).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../etc/passwd")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\u007fb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    public void Names_that_are_not(string? name) => UserNameRules.IsValid(name).ShouldBeFalse();

    [Fact]
    public void Half_a_surrogate_pair_is_no_name()
    {
        UserNameRules.IsValid("a\ud800").ShouldBeFalse();
        UserNameRules.IsValid("\udc00a").ShouldBeFalse();
    }

    [Fact]
    public void The_limit_is_255_bytes_and_not_characters()
    {
        UserNameRules.IsValid(new string('a', 255)).ShouldBeTrue();
        UserNameRules.IsValid(new string('a', 256)).ShouldBeFalse();
        UserNameRules.IsValid(new string('é', 127)).ShouldBeTrue();
        UserNameRules.IsValid(new string('é', 128)).ShouldBeFalse();
    }
}
