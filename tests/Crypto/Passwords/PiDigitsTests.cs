using Hpc.Crypto.Passwords;

namespace Hpc.Crypto.Tests.Passwords;

public sealed class PiDigitsTests
{
    [Fact]
    public void The_first_words_are_those_of_Blowfish() =>
        PiDigits.FractionWords(4).ShouldBe([0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u]);

    [Fact]
    public void Words_do_not_depend_on_how_many_are_asked_for() =>
        PiDigits.FractionWords(1042)[..600].ShouldBe(PiDigits.FractionWords(600));

    [Fact]
    public void The_last_word_of_the_last_S_box_is_the_published_one() =>
        PiDigits.FractionWords(1042)[^1].ShouldBe(0x3ac372e6u);
}
