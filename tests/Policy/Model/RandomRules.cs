using Hpc.Policy.Tests.Rules;

namespace Hpc.Policy.Tests.Model;

/// <summary>Users as operators would rarely make them, and so all the better.</summary>
internal static class RandomRules
{
    private static readonly string[] Keys = ["/a", "/ab", "/A", "/a/b", "/v", "/v/w", "/m", "/m/d", "/a/n", "/a/n/d", "/*", "/a/*", "/v/?", "/a/b/c"];

    private static readonly string[] Globs = ["*.bad", "*.hid", "f", "g*", "v", "w", "?", "b", "l?", "*", "y*", "d", "n"];

    private static readonly string[][] MountSets = [["/m", "/a/n"], ["/m"], [], ["/m", "/m/d"]];

    public static UserRules Next(Random random)
    {
        var rules = new UserRules
        {
            Mounts = MountSets[random.Next(MountSets.Length)],
            IsReadOnly = random.Next(60) == 0,
        };
        rules.Permissions["/"] = Permissions(random, least: 1);
        for (int i = random.Next(5); i > 0; i--)
        {
            rules.Permissions[Keys[random.Next(Keys.Length)]] = Permissions(random, least: 0);
        }

        for (int i = random.Next(4); i > 0; i--)
        {
            string path = World.Directories[random.Next(World.Directories.Length)];
            if (rules.Patterns.All(pattern => pattern.Path != path))
            {
                rules.Patterns.Add(new NamePattern(path, random.Next(4) == 0 ? PickGlobs(random) : [], PickGlobs(random), random.Next(2) == 0));
            }
        }

        return rules;
    }

    private static string[] PickGlobs(Random random) =>
        [.. Enumerable.Range(0, 1 + random.Next(2)).Select(_ => Globs[random.Next(Globs.Length)]).Distinct()];

    private static string[] Permissions(Random random, int least)
    {
        string[] all = UserRules.AllPermissions;
        string[] picked = random.Next(6) switch
        {
            0 or 1 => ["*"],
            2 => [.. all.Where(_ => random.Next(2) == 0)],
            3 => [.. all.Where(_ => random.Next(8) != 0)],
            4 => [.. all.Where(_ => random.Next(5) == 0)],
            _ => ["list", "download"],
        };
        return picked.Length < least ? ["*"] : picked;
    }
}
