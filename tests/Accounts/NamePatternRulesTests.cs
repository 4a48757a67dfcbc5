namespace Hpc.Accounts.Tests;

public sealed class NamePatternRulesTests
{
    [Theory]
    [InlineData("*")]
    [InlineData("*.csv")]
    [InlineData("?")]
    [InlineData("a b")]
    [InlineData("[a-z]*")]
    [InlineData("[!a-z]")]
    [InlineData("[^x]")]
    [InlineData("[]]")]
    [InlineData("[!]a]")]
    [InlineData("[]-a]")]
    [InlineData("[a-]")]
    [InlineData("[-a]")]
    [InlineData("[a-a]")]
    [InlineData(@"[\]]")]
    [InlineData(@"[\a-\z]")]
    [InlineData(@"\[")]
    [InlineData(@"\\")]
    [InlineData(@"\\[a]")]
    [InlineData("]")]
    [InlineData("[[]")]
    [InlineData(@"[\[:]")]
    [InlineData("[:alpha:]")]
    [InlineData("å✓😀[à-ü😀]")]
    public void Patterns_that_are_allowed(string pattern) => NamePatternRules.IsValid(pattern).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/")]
    [InlineData("a\0")]
    [InlineData("a\nb")]
    [InlineData("[")]
    [InlineData("[a")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[^")]
    [InlineData("[a-")]
    [InlineData("[z-a]")]
    [InlineData("[[:alpha:]]")]
    [InlineData("[a[=x=]]")]
    [InlineData("[[.x.]]")]
    [InlineData(@"[\")]
    [InlineData(@"[a\]")]
    [InlineData(@"\")]
    [InlineData(@"a\\\")]
    [InlineData(@"\\[a")]
    public void Patterns_that_are_not(string? pattern) => NamePatternRules.IsValid(pattern).ShouldBeFalse();

    [Fact]
    public void The_limit_is_255_bytes_and_not_characters()
    {
        NamePatternRules.IsValid(new string('a', 255)).ShouldBeTrue();
        NamePatternRules.IsValid(new string('a', 256)).ShouldBeFalse();
        NamePatternRules.IsValid(new string('é', 128)).ShouldBeFalse();
        NamePatternRules.IsValid("a\ud800").ShouldBeFalse();
        NamePatternRules.IsValid("[\ud800]").ShouldBeFalse();
    }

    [Fact]
    public void No_text_makes_it_fail()
    {
        const string Letters = @"[]!^-\*?az";
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++)
        {
            string pattern = new([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => Letters[random.Next(Letters.Length)])]);
            Should.NotThrow(() => NamePatternRules.IsValid(pattern), pattern);
        }
    }
}
