using System.Text;

namespace Hpc.Storage.Tests.Paths;

public class VirtualPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("", "/home/u1")]
    [InlineData(".", "/home/u1")]
    [InlineData("a", "/home/u1/a")]
    [InlineData("./a/", "/home/u1/a")]
    [InlineData("..", "/home")]
    [InlineData("../..", "/")]
    [InlineData("../../..", "/")]
    [InlineData("../../../etc/passwd", "/etc/passwd")]
    [InlineData("/..", "/")]
    [InlineData("/../a", "/a")]
    [InlineData("//a///b//", "/a/b")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("/a/./b/.", "/a/b")]
    [InlineData("/a/b/..", "/a")]
    [InlineData("/...", "/...")]
    [InlineData("/..a/b..", "/..a/b..")]
    [InlineData("/a\\..\\b", "/a\\..\\b")]
    [InlineData("..\\..\\x", "/home/u1/..\\..\\x")]
    [InlineData("/%2e%2e/x", "/%2e%2e/x")]
    [InlineData("/ /a. /b ", "/ /a. /b ")]
    [InlineData("/ü/😀\n'\"", "/ü/😀\n'\"")]
    public void A_path_is_normalised_once(string input, string expected)
    {
        VirtualPath home = Parse("/home/u1");
        VirtualPath.TryParse(Encoding.UTF8.GetBytes(input), home, out VirtualPath path).ShouldBeTrue();
        path.ToString().ShouldBe(expected);
    }

    [Fact]
    public void A_nul_is_refused() =>
        VirtualPath.TryParse("/a\0b"u8, VirtualPath.Root, out _).ShouldBeFalse();

    [Fact]
    public void A_path_of_4096_bytes_is_the_longest()
    {
        Try(new string('a', 4095)).ShouldBeTrue();
        Try(new string('a', 4096)).ShouldBeFalse();
        Try(string.Concat(Enumerable.Repeat("a/../", 6_000))).ShouldBeTrue();
        Try(new string('/', 32 * 1024)).ShouldBeTrue();
        Try(new string('/', (32 * 1024) + 1)).ShouldBeFalse();
        Try(new string('/', 1024 * 1024)).ShouldBeFalse();
        Try(string.Concat(Enumerable.Repeat("a/", 10_000))).ShouldBeFalse();

        static bool Try(string text) => VirtualPath.TryParse(Encoding.UTF8.GetBytes(text), VirtualPath.Root, out _);
    }

    [Fact]
    public void A_relative_path_below_a_long_base_is_refused_when_it_becomes_too_long()
    {
        VirtualPath home = Parse("/" + new string('a', 4090));
        VirtualPath.TryParse("1234"u8, home, out _).ShouldBeTrue();
        VirtualPath.TryParse("12345"u8, home, out _).ShouldBeFalse();
        VirtualPath.TryParse("../12345"u8, home, out VirtualPath path).ShouldBeTrue();
        path.ToString().ShouldBe("/12345");
    }

    [Fact]
    public void A_name_over_255_bytes_parses_because_the_backend_answers_for_it() =>
        VirtualPath.TryParse(Encoding.UTF8.GetBytes(new string('n', 300)), VirtualPath.Root, out _).ShouldBeTrue();

    [Theory]
    [InlineData("/", "", "/")]
    [InlineData("/a", "a", "/")]
    [InlineData("/a/b", "b", "/a")]
    [InlineData("/a/b/c", "c", "/a/b")]
    public void A_path_has_a_name_and_a_parent(string text, string name, string parent)
    {
        Parse(text).Name.ShouldBe(name);
        Parse(text).Parent.ToString().ShouldBe(parent);
    }

    [Theory]
    [InlineData("/u1", "/u1", true)]
    [InlineData("/u1/a", "/u1", true)]
    [InlineData("/u10", "/u1", false)]
    [InlineData("/u10/a", "/u1", false)]
    [InlineData("/u", "/u1", false)]
    [InlineData("/", "/u1", false)]
    [InlineData("/u1", "/", true)]
    [InlineData("/", "/", true)]
    public void Being_below_is_decided_by_whole_segments(string path, string ancestor, bool expected) =>
        Parse(path).IsBelowOrEqual(Parse(ancestor)).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void What_cannot_be_a_name_is_not_combined(string name)
    {
        VirtualPath.Root.TryCombine(name, out _).ShouldBeFalse();
        Should.Throw<ArgumentException>(() => VirtualPath.Root.Combine(name));
    }

    [Fact]
    public void Text_that_no_bytes_decode_to_is_no_name()
    {
        // The last one would be a second spelling of "é".
        string[] names = ["\uD800", "\uDC00", "\uDC7F", "a\uDBFF", "\uDCC3\uDCA9"];
        foreach (string name in names)
        {
            VirtualPath.Root.TryCombine(name, out _).ShouldBeFalse();
            VirtualPath.TryParse("/" + name, VirtualPath.Root, out _).ShouldBeFalse();
            PathText.TryEncode(name, out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_name_is_combined()
    {
        VirtualPath.Root.Combine("a").Combine("b c").ToString().ShouldBe("/a/b c");
        Parse("/" + new string('a', 4094)).TryCombine("b", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/", new string[0])]
    [InlineData("/a", new[] { "a" })]
    [InlineData("/a/bc/d", new[] { "a", "bc", "d" })]
    public void Segments_come_from_the_top_down(string text, string[] expected)
    {
        var segments = new List<string>();
        foreach (ReadOnlySpan<char> segment in Parse(text).Segments)
        {
            segments.Add(segment.ToString());
        }

        segments.ShouldBe(expected);
    }

    [Fact]
    public void Equal_paths_are_equal_however_they_were_written()
    {
        (Parse("/a//b/") == Parse("/a/b")).ShouldBeTrue();
        (Parse("/a") != Parse("/A")).ShouldBeTrue();
        Parse("/a/b/..").GetHashCode().ShouldBe(Parse("/a").GetHashCode());
        Parse("/").ShouldBe(default);
    }

    [Fact]
    public void Every_single_and_double_byte_comes_back_as_it_was()
    {
        for (int first = 0; first < 256; first++)
        {
            RoundTrip([(byte)first]);
            for (int second = 0; second < 256; second++)
            {
                RoundTrip([(byte)first, (byte)second]);
            }
        }

        static void RoundTrip(byte[] bytes)
        {
            string text = PathText.Decode(bytes);
            PathText.Encode(text).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
            PathText.GetByteCount(text).ShouldBe(bytes.Length);
            PathText.IsCanonical(text).ShouldBeTrue();

            if (!bytes.Contains((byte)0) && !bytes.Contains((byte)'/') && bytes is not [(byte)'.'] and not [(byte)'.', (byte)'.'])
            {
                VirtualPath.TryParse(bytes, VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
                path.ToUtf8().AsSpan(1).SequenceEqual(bytes).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Bytes_that_are_not_utf8_become_lone_surrogates()
    {
        PathText.Decode([(byte)'a', 0xFF, (byte)'b']).ShouldBe("a\uDCFFb");
        PathText.Decode([0xED, 0xA0, 0x80]).ShouldBe("\uDCED\uDCA0\uDC80");
        PathText.Decode([0xC0, 0xAE]).ShouldBe("\uDCC0\uDCAE");
        PathText.Decode([0xF0, 0x9F, 0x98]).ShouldBe("\uDCF0\uDC9F\uDC98");
        PathText.Decode([0xE2, 0x82, (byte)'A']).ShouldBe("\uDCE2\uDC82A");
    }

    [Fact]
    public void Overlong_dots_are_names_and_go_nowhere()
    {
        VirtualPath.TryParse([(byte)'/', (byte)'a', (byte)'/', 0xC0, 0xAE, 0xC0, 0xAE], VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        path.Parent.ToString().ShouldBe("/a");
    }

    [Fact]
    public void Random_input_is_normalised_to_a_path_that_stays_as_it_is()
    {
        string[] pieces = ["/", "//", ".", "..", "a", "b ", "\\", "...", "ü", "😀", ":", "~", "%2e"];
        var random = new Random(20261121);
        for (int i = 0; i < 20_000; i++)
        {
            var input = new List<byte>();
            for (int piece = random.Next(12); piece >= 0; piece--)
            {
                input.AddRange(random.Next(8) == 0 ? [(byte)random.Next(1, 256)] : Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
            }

            VirtualPath.TryParse(input.ToArray(), Parse("/base/dir"), out VirtualPath path).ShouldBeTrue();
            byte[] bytes = path.ToUtf8();
            bytes.Length.ShouldBe(path.Utf8Length);
            VirtualPath.TryParse(bytes, Parse("/other"), out VirtualPath again).ShouldBeTrue();
            again.ShouldBe(path);
            path.IsBelowOrEqual(path.Parent).ShouldBeTrue();

            VirtualPath built = VirtualPath.Root;
            foreach (ReadOnlySpan<char> segment in path.Segments)
            {
                PathText.IsName(segment).ShouldBeTrue();
                built = built.Combine(segment.ToString());
            }

            built.ShouldBe(path);
        }
    }

    private static VirtualPath Parse(string text)
    {
        VirtualPath.TryParse(Encoding.UTF8.GetBytes(text), VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        return path;
    }
}
