using Hpc.Accounts.Objects.Validation;
using Shouldly;

namespace Hpc.Accounts.Tests.Objects;

public sealed class NetworkRulesTests
{
    [Theory]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("10.1.2.3", "10.1.2.3/32")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::ffff:10.1.2.3/120", "10.1.2.0/24")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3/32")]
    [InlineData("::/0", "::/0")]
    [InlineData("FE80::1/10", "fe80::/10")]
    [InlineData("2001:db8::1/127", "2001:db8::/127")]
    public void A_network_has_one_spelling(string text, string expected)
    {
        NetworkRules.TryParse(text, out string? network, out _).ShouldBeTrue();
        network.ShouldBe(expected);
        NetworkRules.TryParse(network, out string? again, out _).ShouldBeTrue();
        again.ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("10.1")]
    [InlineData("10")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData(" 10.0.0.0/8")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("::ffff:10.0.0.0/95")]
    [InlineData("example.com")]
    public void What_people_read_in_two_ways_is_none(string? text) => NetworkRules.TryParse(text, out _, out _).ShouldBeFalse();

    [Fact]
    public void A_list_holds_each_once_and_says_which_is_wrong()
    {
        var errors = new ErrorList();

        NetworkRules.List("allowed_ip", ["10.0.0.1/8", null, "10.0.0.0/8", "x"], errors).ShouldBe(["10.0.0.0/8"]);

        errors.Errors.Select(error => error.Path).ShouldBe(["allowed_ip[1]", "allowed_ip[3]"]);
    }
}
