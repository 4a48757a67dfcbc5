using System.Text;
using System.Text.RegularExpressions;
using Hpc.FtpProtocol.Listings;

namespace Hpc.FtpProtocol.Tests.Listings;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*", ".hidden", false)]
    [InlineData(".*", ".hidden", true)]
    [InlineData("*.xml", "a.xml", true)]
    [InlineData("*.xml", "a.xmlx", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "aéc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "x", false)]
    [InlineData("a*b*c", "axxbyybzzc", true)]
    [InlineData("a*b*c", "axxcyy", false)]
    [InlineData("**", "x", true)]
    [InlineData("A*", "abc", false)]
    public void A_pattern_is_that_of_a_shell(string pattern, string name, bool matches) =>
        NamePattern.Parse(Encoding.UTF8.GetBytes(pattern), takesHidden: false).Matches(Encoding.UTF8.GetBytes(name)).ShouldBe(matches);

    [Fact]
    public void Hidden_names_are_taken_if_asked_for() => NamePattern.Parse("*"u8, takesHidden: true).Matches(".hidden"u8).ShouldBeTrue();

    [Fact]
    public void A_byte_that_is_no_UTF8_is_a_character()
    {
        NamePattern.Parse("a?b"u8, takesHidden: false).Matches([(byte)'a', 0xFF, (byte)'b']).ShouldBeTrue();
        NamePattern.Parse([(byte)'a', 0xFE, (byte)'b'], takesHidden: false).Matches([(byte)'a', 0xFF, (byte)'b']).ShouldBeFalse();
    }

    [Fact]
    public void It_says_what_a_regular_expression_says()
    {
        var random = new Random(7);
        const string PatternLetters = "ab*?";
        const string NameLetters = "abc";
        for (int i = 0; i < 20_000; i++)
        {
            string pattern = Random(random, PatternLetters, 8);
            string name = Random(random, NameLetters, 10);
            string expression = "^" + Regex.Escape(pattern).Replace("\\*", ".*").Replace("\\?", ".") + "$";
            NamePattern.Parse(Encoding.UTF8.GetBytes(pattern), takesHidden: false).Matches(Encoding.UTF8.GetBytes(name))
                .ShouldBe(Regex.IsMatch(name, expression), $"{pattern} {name}");
        }
    }

    [Fact]
    public void Any_bytes_are_a_pattern_and_a_name()
    {
        var random = new Random(8);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] pattern = new byte[random.Next(20)];
            byte[] name = new byte[random.Next(20)];
            random.NextBytes(pattern);
            random.NextBytes(name);
            Should.NotThrow(() => NamePattern.Parse(pattern, takesHidden: true).Matches(name));
        }
    }

    private static string Random(Random random, string letters, int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => letters[random.Next(letters.Length)]));
}
