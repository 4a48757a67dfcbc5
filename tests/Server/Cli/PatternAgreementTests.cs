using Hpc.Accounts;
using Hpc.Storage.Vfs;

namespace Hpc.Server.Tests.Cli;

/// <summary>What can be stored with an account is what its sessions can read: neither layer sees the other.</summary>
public sealed class PatternAgreementTests
{
    private const string Letters = @"[]!^-\*?:=.az/é";

    [Fact]
    public void A_pattern_that_can_be_stored_is_one_that_names_can_be_compared_with()
    {
        int valid = 0;
        foreach (string pattern in RandomTexts(30_000, 1, 9))
        {
            bool isValid = NamePatternRules.IsValid(pattern);
            valid += isValid ? 1 : 0;
            PatternSet.TryCreate([("/", [], [pattern], false)], out _, out string error).ShouldBe(isValid, $"{pattern}: {error}");
        }

        valid.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void A_directory_that_can_be_stored_is_one_that_paths_can_be_compared_with()
    {
        int valid = 0;
        foreach (string path in RandomTexts(30_000, 1, 9).Select(text => "/" + text))
        {
            var user = new UserAccount { UserName = "ann", HomeDirectory = "/srv", DirectoryPermissions = [new(path, ["list"])] };
            if (UserAccountValidator.Validate(user).Count == 0)
            {
                valid++;
                PermissionSet.TryCreate(["*"], [(path, ["list"])], out _, out string error).ShouldBeTrue($"{path}: {error}");
            }
        }

        valid.ShouldBeGreaterThan(1000);
    }

    private static IEnumerable<string> RandomTexts(int count, int least, int most)
    {
        var random = new Random(17);
        for (int i = 0; i < count; i++)
        {
            yield return new string([.. Enumerable.Range(0, random.Next(least, most + 1)).Select(_ => Letters[random.Next(Letters.Length)])]);
        }
    }
}
