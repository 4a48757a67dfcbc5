using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class PatternSetTests
{
    [Theory] // R4.11 as of v2.5: allowed accepts, then denied refuses, then only an empty allowed list accepts
    [InlineData("", "*.zip", "a.zip", true)]
    [InlineData("", "*.zip", "a.txt", false)]
    [InlineData("*.txt", "", "a.txt", false)]
    [InlineData("*.txt", "", "a.zip", true)]
    [InlineData("a*", "*.zip", "a.zip", false)]
    [InlineData("a*", "*.zip", "b.zip", true)]
    [InlineData("a*", "*.zip", "b.txt", true)]
    [InlineData("*.jpg,*.PNG", "secret*", "SECRET.png", false)]
    [InlineData("", "*", "anything", true)]
    public void The_lists_are_asked_in_order(string allowed, string denied, string name, bool isRefused)
    {
        PatternRule rule = Policies.Patterns(("/", allowed, denied, false)).Rules[0];
        rule.Refuses(name).ShouldBe(isRefused);
        rule.Refuses(PathText.Encode(name)).ShouldBe(isRefused);
    }

    [Theory]
    [InlineData("[a")]
    [InlineData("")]
    [InlineData("a/b")]
    public void A_wrong_pattern_is_named_with_its_path_and_what_is_allowed(string pattern)
    {
        PatternSet.TryCreate([("/in", [pattern], [], false)], out PatternSet set, out string error).ShouldBeFalse();
        error.ShouldContain($"'{pattern}' of '/in'");
        error.ShouldContain("[!a-z]");
        error.ShouldContain("255 bytes");
        set.ShouldBe(PatternSet.Empty);
        PatternSet.TryCreate([("/in", [], ["*", pattern], true)], out _, out error).ShouldBeFalse();
        error.ShouldContain($"'{pattern}' of '/in'");
    }

    [Theory]
    [InlineData("in", "'in' is not a path")]
    [InlineData("/a/../b", "'/b' has two")]
    public void A_wrong_path_is_named(string path, string said)
    {
        PatternSet.TryCreate([("/b", ["*"], [], false), (path, ["*"], [], false)], out _, out string error).ShouldBeFalse();
        error.ShouldContain(said);
    }

    [Fact]
    public void There_are_bounds()
    {
        IReadOnlyList<string> Many(int count) => [.. Enumerable.Range(0, count).Select(static i => $"*.{i}")];
        PatternSet.TryCreate([("/", Many(1000), Many(24), false)], out _, out _).ShouldBeTrue();
        PatternSet.TryCreate([("/", Many(1000), Many(25), false)], out _, out string error).ShouldBeFalse();
        error.ShouldContain("1025 patterns");
        PatternSet.TryCreate([("/", [], [], false)], out _, out error).ShouldBeFalse();
        error.ShouldContain("0 patterns");
        PatternSet.TryCreate(Enumerable.Range(0, 1025).Select(i => ($"/{i}", Many(1), Many(0), false)), out _, out error).ShouldBeFalse();
        error.ShouldContain("1024");
    }
}
