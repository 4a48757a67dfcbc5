namespace Hpc.Accounts.Tests;

public sealed class VirtualPathRulesTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("/a/b c/å✓😀")]
    [InlineData("/...")]
    [InlineData("/a/..b")]
    [InlineData("/a\\b")]
    [InlineData("/a:b;c,d")]
    public void Paths_that_are_allowed(string path) => VirtualPathRules.IsValid(path).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("~/a")]
    [InlineData("/a/")]
    [InlineData("//")]
    [InlineData("//a")]
    [InlineData("/a//b")]
    [InlineData("/.")]
    [InlineData("/a/./b")]
    [InlineData("/..")]
    [InlineData("/a/../b")]
    [InlineData("/a\0b")]
    [InlineData("/a\nb")]
    [InlineData("/a\u001b[31m")]
    [InlineData("/a\u2028b")]
    public void Paths_that_are_not(string? path) => VirtualPathRules.IsValid(path).ShouldBeFalse();

    [Fact]
    public void The_limit_is_4096_bytes_and_not_characters()
    {
        VirtualPathRules.IsValid("/" + new string('a', 4095)).ShouldBeTrue();
        VirtualPathRules.IsValid("/" + new string('a', 4096)).ShouldBeFalse();
        VirtualPathRules.IsValid("/" + new string('é', 2048)).ShouldBeFalse();
        VirtualPathRules.IsValid("/\ud800").ShouldBeFalse();
        VirtualPathRules.IsValid("/\udcff").ShouldBeFalse();
    }
}
