using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Properties.Tests.Support;
using Hpc.Storage;

namespace Hpc.Properties.Tests.Storage;

public sealed class VirtualPathProperties
{
    private static readonly Gen<byte[]> PathBytes = Gen.OneOf(
        Generators.TextOf("ab./~ \\é\n", 40).Select(Encoding.UTF8.GetBytes),
        Generators.Bytes,
        Gen.Choose(0, 12).SelectMany(static count => Gen.ArrayOf(Gen.Elements("..", ".", "", "a", "b c", "…", "...", "..a"), count))
            .Select(static segments => Encoding.UTF8.GetBytes(string.Join('/', segments))));

    [Fact]
    public void Every_path_is_refused_or_canonical() =>
        Verify.ForAll(PathBytes, static bytes =>
        {
            bool isPath = VirtualPath.TryParse(bytes, VirtualPath.Root, out VirtualPath path);
            isPath.ShouldBe(!bytes.Contains((byte)0));
            if (!isPath)
            {
                return;
            }

            string text = path.ToString();
            text.ShouldStartWith("/");
            text.ShouldNotContain('\0');
            foreach (ReadOnlySpan<char> segment in path.Segments)
            {
                (segment is not "" and not "." and not "..").ShouldBeTrue();
                segment.Contains('/').ShouldBeFalse();
            }

            path.IsRoot.ShouldBe(text == "/");
        });

    [Fact]
    public void A_path_agrees_with_the_obvious_way_to_normalise_it() =>
        Verify.ForAll(PathBytes.Zip(PathBytes, static (first, second) => (first, second)), static value =>
        {
            if (!VirtualPath.TryParse(value.first, VirtualPath.Root, out VirtualPath start) || !VirtualPath.TryParse(value.second, start, out VirtualPath path))
            {
                return;
            }

            // Latin-1 keeps every byte a character.
            string text = Encoding.Latin1.GetString(value.second);
            string whole = text.StartsWith('/') ? text : Encoding.Latin1.GetString(start.ToUtf8()) + "/" + text;
            var segments = new List<string>();
            foreach (string segment in whole.Split('/'))
            {
                if (segment == "..")
                {
                    segments.RemoveRange(Math.Max(0, segments.Count - 1), Math.Min(1, segments.Count));
                }
                else if (segment is not "" and not ".")
                {
                    segments.Add(segment);
                }
            }

            Encoding.Latin1.GetString(path.ToUtf8()).ShouldBe("/" + string.Join('/', segments));
        });

    [Fact]
    public void A_path_parsed_again_is_itself() =>
        Verify.ForAll(PathBytes, static bytes =>
        {
            if (VirtualPath.TryParse(bytes, VirtualPath.Root, out VirtualPath path))
            {
                byte[] utf8 = path.ToUtf8();
                utf8.Length.ShouldBe(path.Utf8Length);
                VirtualPath.TryParse(utf8, VirtualPath.Root, out VirtualPath again).ShouldBeTrue();
                again.ShouldBe(path);
                VirtualPath.TryParse(path.ToString(), VirtualPath.Root, out VirtualPath fromText).ShouldBeTrue();
                fromText.ShouldBe(path);
            }
        });

    [Fact]
    public void Every_path_lies_below_its_parent() =>
        Verify.ForAll(PathBytes, static bytes =>
        {
            if (VirtualPath.TryParse(bytes, VirtualPath.Root, out VirtualPath path) && !path.IsRoot)
            {
                path.IsBelowOrEqual(path.Parent).ShouldBeTrue();
                path.Parent.IsBelowOrEqual(path).ShouldBeFalse();
                path.Parent.Combine(path.Name).ShouldBe(path);
            }
        });

    [Fact]
    public void Names_survive_as_text_whatever_their_bytes() =>
        Verify.ForAll(Generators.Bytes, static bytes =>
        {
            string text = PathText.Decode(bytes);
            PathText.Encode(text).ShouldBe(bytes);
            PathText.GetByteCount(text).ShouldBe(bytes.Length);
            PathText.IsCanonical(text).ShouldBeTrue();
        });
}
