using System.Text;
using Hpc.FtpProtocol.Commands.Files;

namespace Hpc.FtpProtocol.Tests.Files;

public sealed class ArgumentWordsTests
{
    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a   b  ", "a|b")]
    [InlineData("\"a b\" c", "a b|c")]
    [InlineData("\"a \"\"b\"\"\" c", "a \"b\"|c")]
    [InlineData("a\"b c", "a\"b|c")]
    [InlineData("\"\" c", "|c")]
    [InlineData("", "")]
    public void Blanks_part_words_and_quotes_keep_them(string text, string expected)
    {
        ArgumentWords.TryRead(Encoding.UTF8.GetBytes(text), 10, out List<byte[]> words).ShouldBeTrue();
        string.Join('|', words.Select(Encoding.UTF8.GetString)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"a b")]
    [InlineData("\"a\"b")]
    [InlineData("a b c d")]
    public void Open_quotes_and_too_many_words_are_refused(string text) =>
        ArgumentWords.TryRead(Encoding.UTF8.GetBytes(text), 3, out _).ShouldBeFalse();
}
