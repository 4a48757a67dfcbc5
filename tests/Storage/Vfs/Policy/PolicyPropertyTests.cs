using System.Text;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

/// <summary>The tree against <see cref="NaivePolicy"/>, on random policies and paths whose names collide often.</summary>
public class PolicyPropertyTests
{
    private const int PolicyCount = 500;
    private const int PathsOfEach = 60;

    private static readonly string[] Names = ["a", "A", "ab", "a1", "b", "u1", "u10", "ä", "Ä", "\uDCFF", "a\uDCE2", "*", @"\", "[", "😀", ".hpc-upload.1", ".hpc-upload"];
    private static readonly string[] WildNames = ["*", "?", "a*", "[ab]", "[!a]*", "*b", "?1", "u[0-9]", @"\*", "u*0", "*\uDCFF"];
    private static readonly string[] NamePatterns = ["*", "a", "A*", "?", "*1", "[!a-c]*", "Ä", "*\uDCFF", "u1*", "[a-z]?", @"\\", "😀", ".*"];

    [Fact]
    public void A_look_up_is_what_the_rules_say()
    {
        var random = new Random(20_261);
        int denied = 0;
        int hidden = 0;
        int wild = 0;
        for (int i = 0; i < PolicyCount; i++)
        {
            (NaivePolicy naive, PathPolicy policy, PermissionSet set, Mount[] mounts) = MakePolicy(random);
            for (int j = 0; j < PathsOfEach; j++)
            {
                string text = RandomPath(random, naive);
                VirtualPath path = Policies.Path(text);
                Place place = policy.Find(path);
                string about = $"{text} in policy {i}";
                mounts[place.Mount].Path.ToString().ShouldBe(naive.Mount(text), about);
                place.Around.ShouldBe(naive.Around(text), about);
                place.Within.ShouldBe(naive.Within(text), about);
                place.Verdict.ShouldBe(naive.Verdict(text), about);
                place.IsMountPoint.ShouldBe(naive.Mounts.Contains(text), about);
                place.HoldsMounts.ShouldBe(naive.HoldsMounts(text), about);
                place.IsUniformBelow.ShouldBe(naive.IsUniformBelow(text), about);
                place.NeedsJudgedLinks.ShouldBe(naive.NeedsJudgedLinks(text), about);
                set.At(path).ShouldBe(place.Within, about);
                PathPolicy.Outer(mounts[place.Mount], PathPolicy.Inner(mounts[place.Mount], path)).ShouldBe(path);
                string other = RandomPath(random, naive);
                policy.HaveSameRules(path, Policies.Path(other))
                    .ShouldBe(naive.Within(text) == naive.Within(other) && naive.GoverningPath(text) == naive.GoverningPath(other), $"{text} and {other} in policy {i}");
                denied += place.Verdict == NameVerdict.Denied ? 1 : 0;
                hidden += place.Verdict == NameVerdict.Hidden ? 1 : 0;
                wild += place.Within != naive.Everywhere ? 1 : 0;
            }
        }

        // The cases are worth something only if all outcomes are common.
        denied.ShouldBeGreaterThan(1000);
        hidden.ShouldBeGreaterThan(1000);
        wild.ShouldBeGreaterThan(5000);
    }

    [Fact]
    public void A_view_shows_what_a_look_up_finds()
    {
        var random = new Random(20_262);
        for (int i = 0; i < PolicyCount; i++)
        {
            (NaivePolicy naive, PathPolicy policy, _, _) = MakePolicy(random);
            for (int j = 0; j < 10; j++)
            {
                string directory = RandomPath(random, naive);
                if (naive.Verdict(directory) == NameVerdict.Hidden)
                {
                    continue;
                }

                VirtualPath path = Policies.Path(directory);
                DirectoryView view = policy.ViewOf(path);
                string[] mountPoints = [.. naive.MountPointsIn(directory)];
                view.MountPoints.Select(static point => point.ToString()).ShouldBe(mountPoints, ignoreOrder: true);
                foreach (string name in Names)
                {
                    VirtualPath entry = path.Combine(name);
                    bool isShown = policy.Find(entry).Verdict != NameVerdict.Hidden && !mountPoints.Contains(entry.ToString());
                    view.Shows(PathText.Encode(name)).ShouldBe(isShown, $"{entry} in policy {i}");
                }
            }
        }
    }

    [Fact]
    public void A_pattern_matches_what_the_obvious_matcher_matches()
    {
        var random = new Random(20_263);
        string[] pieces = ["a", "b", "Ä", "ä", "*", "*", "?", "[ab]", "[!a]", "[a-c]", "[Ä-Ö]", "[]a]", "[^]-]", @"\*", @"\[", "]", "-", "!", "\uDCFF", "😀", "[😀-😂]", "K", "\u212A", "ß", "ẞ"];
        string[] letters = ["a", "b", "c", "A", "B", "ä", "Ä", "ö", "*", "[", "]", "-", "!", "\uDCFF", "\uDC80", "😀", "😁", "k", "\u212A", "ß", "ẞ"];
        int matches = 0;
        for (int i = 0; i < 40_000; i++)
        {
            string pattern = string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => pieces[random.Next(pieces.Length)]));
            string name = string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ => letters[random.Next(letters.Length)]));
            bool ignoreCase = random.Next(2) == 0;
            if (!GlobParser.TryParse(pattern, ignoreCase, out Glob? glob, out _) || !PathText.IsCanonical(name))
            {
                continue;
            }

            bool isMatch = NaiveGlob.Matches(pattern, name, ignoreCase);
            glob!.Matches(name).ShouldBe(isMatch, $"{pattern} {name}");
            glob.Matches(PathText.Encode(name)).ShouldBe(isMatch, $"{pattern} {name}");
            matches += isMatch ? 1 : 0;
        }

        matches.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void A_pattern_of_any_characters_is_refused_or_agrees_with_the_obvious_matcher()
    {
        var random = new Random(20_264);
        int accepted = 0;
        for (int i = 0; i < 40_000; i++)
        {
            string pattern = RandomText(random, @"ab]*?[-!^\Ä", 9);
            string name = RandomText(random, @"ab]-!^\ä", 7);
            if (GlobParser.TryParse(pattern, ignoreCase: true, out Glob? glob, out _))
            {
                accepted++;
                glob!.Matches(name).ShouldBe(NaiveGlob.Matches(pattern, name, ignoreCase: true), $"{pattern} {name}");
            }
        }

        accepted.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Comparing_the_end_of_a_name_is_matching_it()
    {
        var random = new Random(20_266);
        string[] pieces = ["a", "K", "k", "s", ".", "ä", "\uDCFF", "😀"];
        string[] letters = [.. pieces, "A", "S", "\u212A", "ſ", "\uDC80"];
        int matches = 0;
        for (int i = 0; i < 40_000; i++)
        {
            string end = string.Concat(Enumerable.Range(0, random.Next(0, 4)).Select(_ => pieces[random.Next(pieces.Length)]));
            string name = string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ => letters[random.Next(letters.Length)])) + (random.Next(2) == 0 ? end.ToUpperInvariant() : "");
            GlobParser.TryParse("*" + end, random.Next(2) == 0, out Glob? glob, out _);
            if (glob is null || !PathText.IsCanonical(name))
            {
                continue;
            }

            bool isMatch = glob.MatchesFromStart(new Utf16Cursor(name));
            glob.Matches(name).ShouldBe(isMatch, $"{glob.Text} {name}");
            glob.Matches(PathText.Encode(name)).ShouldBe(isMatch, $"{glob.Text} {name}");
            matches += isMatch ? 1 : 0;
        }

        matches.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Bytes_and_text_of_a_name_are_the_same_characters()
    {
        var random = new Random(20_265);
        byte[][] pieces = ["a"u8.ToArray(), "ä"u8.ToArray(), "€"u8.ToArray(), "😀"u8.ToArray(), [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3], [0x80], [0xFF], [0xED, 0xA0, 0x80], [0xED, 0xB2, 0x80], [0xC0, 0xAF], [0xF4, 0x90, 0x80, 0x80]];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] name = [.. Enumerable.Range(0, random.Next(8)).SelectMany(_ => pieces[random.Next(pieces.Length)])];
            if (random.Next(3) == 0)
            {
                random.NextBytes(name);
            }

            string text = PathText.Decode(name);
            Characters(new Utf8Cursor(name)).ShouldBe(Characters(new Utf16Cursor(text)));
        }
    }

    [Fact]
    public void Folding_twice_is_folding_once_and_upper_case_folds_to_the_same()
    {
        for (int character = 0; character <= 0x10FFFF; character++)
        {
            int folded = CaseFolding.Fold(character);
            if (CaseFolding.Fold(folded) != folded || CaseFolding.Fold(CaseFolding.ToUpper(character)) != folded)
            {
                Assert.Fail($"U+{character:X4}");
            }
        }
    }

    private static (NaivePolicy Naive, PathPolicy Policy, PermissionSet Set, Mount[] Mounts) MakePolicy(Random random)
    {
        string[] permissionNames = [.. PermissionNames.All.Where(static name => name != "*")];
        var directories = new Dictionary<string, string[]>();
        for (int i = random.Next(12); i > 0; i--)
        {
            directories[RandomPath(random, random.Next(2) == 0 ? Names : [.. Names, .. WildNames, .. WildNames], 1)] = [.. permissionNames.Where(_ => random.Next(8) == 0)];
        }

        // In the paths of permissions a bracket begins a pattern.
        directories = directories.Where(static entry => !entry.Key.Split('/').Contains("[")).ToDictionary();
        var rules = new Dictionary<string, (string[] Allowed, string[] Denied, bool Hides)>();
        for (int i = random.Next(4); i > 0; i--)
        {
            string[] allowed = [.. NamePatterns.Where(_ => random.Next(12) == 0)];
            rules[RandomPath(random, Names, 0)] = (allowed, [.. NamePatterns.Where(_ => random.Next(8) == 0), .. allowed.Length == 0 ? ["a*"] : (string[])[]], random.Next(2) == 0);
        }

        string[] mounts = ["/", .. Enumerable.Range(0, random.Next(5)).Select(_ => RandomPath(random, Names, 1)).Distinct()];
        PermissionSet.TryCreate(["list", "copy"], directories.Select(static entry => (entry.Key, (IReadOnlyList<string>)entry.Value)), out PermissionSet set, out string error).ShouldBeTrue(error);
        PatternSet.TryCreate(
            rules.Select(static rule => (rule.Key, (IReadOnlyList<string>)rule.Value.Allowed, (IReadOnlyList<string>)rule.Value.Denied, rule.Value.Hides)),
            out PatternSet patterns,
            out error).ShouldBeTrue(error);
        var naive = new NaivePolicy
        {
            Everywhere = Permission.List | Permission.Copy,
            Directories = [.. directories.Select(static entry => (entry.Key, Sum(entry.Value)))],
            Rules = [.. rules.Select(static rule => (rule.Key, rule.Value.Allowed, rule.Value.Denied, rule.Value.Hides))],
            Mounts = mounts,
        };
        string[] order = [.. mounts];
        random.Shuffle(order);
        Mount[] ordered = [.. order.Select(Policies.Mount)];
        return (naive, PathPolicy.Create(set, patterns, [.. ordered.Select(static mount => mount.Path)]), set, ordered);
    }

    private static Permission Sum(string[] names) =>
        names.Aggregate(Permission.None, static (all, name) => PermissionNames.TryGet(name, out Permission one) ? all | one : throw new ArgumentException(name, nameof(names)));

    // Half of the paths are near something that the policy says, so that they meet it.
    private static string RandomPath(Random random, NaivePolicy naive)
    {
        string[] known = [.. naive.Mounts, .. naive.Rules.Select(static rule => rule.Path), .. naive.Directories.Select(static entry => entry.Path)];
        string start = random.Next(2) == 0 ? "/" : known[random.Next(known.Length)];
        return random.Next(5) switch
        {
            0 => NaivePolicy.Parent(start),
            1 => start,
            _ => start == "/" ? RandomPath(random, Names, 0) : start + (RandomPath(random, Names, 0) is var end and not "/" ? end : ""),
        };
    }

    private static string RandomPath(Random random, string[] names, int least)
    {
        string path = string.Concat(Enumerable.Range(0, random.Next(least, 5)).Select(_ => "/" + names[random.Next(names.Length)]));
        return path.Length == 0 ? "/" : path;
    }

    private static string RandomText(Random random, string letters, int most)
    {
        var text = new StringBuilder();
        for (int i = random.Next(most + 1); i > 0; i--)
        {
            text.Append(letters[random.Next(letters.Length)]);
        }

        return text.ToString();
    }

    private static List<int> Characters<TCursor>(TCursor cursor)
        where TCursor : struct, INameCursor, allows ref struct
    {
        var characters = new List<int>();
        while (cursor.TryRead(out int character))
        {
            characters.Add(character);
        }

        return characters;
    }
}
