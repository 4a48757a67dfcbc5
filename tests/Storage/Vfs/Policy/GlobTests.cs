using System.Text;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class GlobTests
{
    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("*.zip", "a.zip", true)]
    [InlineData("*.zip", ".zip", true)]
    [InlineData("*.zip", "a.zip.txt", false)]
    [InlineData("*.*", "a", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a?", "a😀", true)]
    [InlineData("a**b*", "aXbYb", true)]
    [InlineData("*a*b", "xaxbxbx", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "ax", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]]", "]", false)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[-a]", "-", true)]
    [InlineData(@"[\]]", "]", true)]
    [InlineData(@"[\-x]", "-", true)]
    [InlineData("[a!]", "!", true)]
    [InlineData(@"\*", "*", true)]
    [InlineData(@"\*", "x", false)]
    [InlineData(@"a\\b", @"a\b", true)]
    [InlineData("]", "]", true)]
    [InlineData("[[]", "[", true)]
    public void Shell_patterns_mean_what_they_mean_in_a_shell(string pattern, string name, bool isMatch) => Matches(pattern, name).ShouldBe(isMatch);

    [Theory]
    [InlineData("*.ZIP", "a.zip", true)]
    [InlineData("*.zip", "A.ZIP", true)]
    [InlineData("Ä*", "ärger", true)]
    [InlineData("ä*", "Ärger", true)]
    [InlineData("[Ä]", "ä", true)]
    [InlineData("[a-z]", "Q", true)]
    [InlineData("[A-Z]", "q", true)]
    [InlineData("[!a-z]", "Q", false)]
    [InlineData("[à-þ]", "Ä", true)]
    [InlineData("ΣΟΦΟΣ", "σοφος", true)]
    [InlineData("σοφος", "σοφοσ", true)]
    [InlineData("kelvin", "\u212Aelvin", true)]
    [InlineData("\u212A", "K", true)]
    [InlineData("[\u212A]", "\u212A", true)]
    [InlineData("𐐀", "𐐨", true)]
    [InlineData("ss", "ß", false)]
    [InlineData("é", "e\u0301", false)]
    public void Case_does_not_count_character_by_character(string pattern, string name, bool isMatch) => Matches(pattern, name).ShouldBe(isMatch);

    [Fact]
    public void Case_counts_where_it_is_said_to()
    {
        GlobParser.TryParse("[a-c]?X", ignoreCase: false, out Glob? glob, out _).ShouldBeTrue();
        glob!.Matches("abX").ShouldBeTrue();
        glob.Matches("AbX").ShouldBeFalse();
        glob.Matches("abx").ShouldBeFalse();
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a/b", "'/'")]
    [InlineData("a\0b", "NUL")]
    [InlineData("[abc", "bracket is not closed")]
    [InlineData("[]", "bracket is not closed")]
    [InlineData("[!]", "bracket is not closed")]
    [InlineData(@"[\]", "bracket is not closed")]
    [InlineData(@"[a-\", "bracket is not closed")]
    [InlineData("[a-", "bracket is not closed")]
    [InlineData("[z-a]", "ends before it begins")]
    [InlineData("[[:alpha:]]", "class")]
    [InlineData(@"abc\", "backslash")]
    public void A_wrong_pattern_is_refused_with_what_is_wrong(string pattern, string said)
    {
        GlobParser.TryParse(pattern, ignoreCase: true, out Glob? glob, out string error).ShouldBeFalse();
        glob.ShouldBeNull();
        error.ShouldContain(said);
    }

    [Fact]
    public void A_pattern_is_text_that_stands_for_bytes()
    {
        foreach (string pattern in (string[])["a\uD800", "\uDC00", "\uDCC3\uDCA4"])
        {
            GlobParser.TryParse(pattern, ignoreCase: true, out _, out string error).ShouldBeFalse();
            error.ShouldContain("surrogate");
        }
    }

    [Fact]
    public void A_pattern_has_at_most_255_bytes()
    {
        GlobParser.TryParse(new string('ä', 127) + "a", ignoreCase: true, out _, out _).ShouldBeTrue();
        GlobParser.TryParse(new string('ä', 128), ignoreCase: true, out _, out string error).ShouldBeFalse();
        error.ShouldContain("255");
    }

    [Fact]
    public void A_byte_that_is_not_utf8_is_one_character_in_both_spellings()
    {
        byte[] name = [0xE2, 0x82, (byte)'x', 0xFF, 0xC3, 0xA4, 0xF0, 0x9F];
        string text = PathText.Decode(name);
        foreach ((string pattern, bool isMatch) in ((string, bool)[])[("??x?Ä??", true), ("??x?Ä?", false), (PathText.Decode([0xE2, 0x82, (byte)'X']) + "*", true)])
        {
            GlobParser.TryParse(pattern, ignoreCase: true, out Glob? glob, out _).ShouldBeTrue();
            glob!.Matches(name).ShouldBe(isMatch);
            glob.Matches(text).ShouldBe(isMatch);
        }
    }

    [Theory] // A matcher that goes back to every star takes 2^n or n^k steps for these.
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", 255)]
    [InlineData("*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?*?b", 255)]
    [InlineData("*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", 255)]
    [InlineData("a*[a-b]*[!c]*a*[a-b]*[!c]*a*[a-b]*[!c]*b", 4095)]
    public void No_pattern_takes_more_steps_than_name_times_pattern(string pattern, int length)
    {
        GlobParser.TryParse(pattern, ignoreCase: true, out Glob? glob, out _).ShouldBeTrue();
        int steps = 0;
        glob!.Matches(new CountingCursor(new string('a', length), ref steps)).ShouldBeFalse();
        steps.ShouldBeGreaterThan(0);
        steps.ShouldBeLessThanOrEqualTo((length + 1) * (pattern.Length + 1));
    }

    private static bool Matches(string pattern, string name)
    {
        GlobParser.TryParse(pattern, ignoreCase: true, out Glob? glob, out string error).ShouldBeTrue(error);
        bool isMatch = glob!.Matches(name);
        glob.Matches(Encoding.UTF8.GetBytes(name)).ShouldBe(isMatch);
        return isMatch;
    }

    private ref struct CountingCursor(string text, ref int steps) : INameCursor
    {
        private readonly ref int _steps = ref steps;
        private Utf16Cursor _inner = new(text);

        public bool TryRead(out int character)
        {
            _steps++;
            return _inner.TryRead(out character);
        }

        public int FromEnd(int distance)
        {
            _steps++;
            return _inner.FromEnd(distance);
        }
    }
}
