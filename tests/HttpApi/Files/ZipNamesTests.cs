using Hpc.HttpApi.Files;

namespace Hpc.HttpApi.Tests;

public sealed class ZipNamesTests
{
    [Fact]
    public void Names_stay_within_their_directory_and_are_there_once()
    {
        var names = new ZipNames();
        names.Add("", "a", isDirectory: true).ShouldBe("a/");
        names.Add("a/", "..", isDirectory: false).ShouldBe("a/_");
        names.Add("a/", "x\\y", isDirectory: false).ShouldBe("a/x_y");
        names.Add("a/", "x:y", isDirectory: false).ShouldBe("a/x_y (2)");
        names.Add("a/", "x_y (3)", isDirectory: false).ShouldBe("a/x_y (3)");
        names.Add("a/", "x\ny", isDirectory: false).ShouldBe("a/x_y (4)");
        names.Add("", "bad\uDCFF", isDirectory: false).ShouldBe("bad\uFFFD");
    }

    [Fact]
    public void Random_names_stay_unique_and_harmless()
    {
        var names = new ZipNames();
        var random = new Random(70);
        var made = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < 20_000; i++)
        {
            string name = string.Create(random.Next(0, 4), random, static (span, random) =>
            {
                foreach (ref char c in span)
                {
                    c = "./\\:\n\0a(2) "[random.Next(11)];
                }
            });
            string unique = names.Add("d/", name, random.Next(2) == 0)!;
            made.Add(unique).ShouldBeTrue(unique);
            string last = unique["d/".Length..].TrimEnd('/');
            last.ShouldNotBeOneOf("", ".", "..");
            last.AsSpan().ContainsAny("/\\:\n\0").ShouldBeFalse(last);
        }
    }

    [Theory]
    [InlineData("a/b", "a_b")]
    [InlineData("..", "download")]
    [InlineData("", "download")]
    [InlineData("a\r\nSet-Cookie: x", "a__Set-Cookie: x")]
    public void A_name_for_a_client_has_no_way_out(string name, string safe)
    {
        DispositionText.Safe(name).ShouldBe(safe);
        DispositionText.Attachment(name).ShouldNotContain("\n");
    }
}
