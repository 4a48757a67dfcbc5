using Hpc.Accounts.Objects;
using Hpc.Events.Rules;

namespace Hpc.Events.Tests.Rules;

public sealed class NameConditionTests
{
    [Theory]
    [InlineData("", "kim", true)]
    [InlineData("kim", "kim", true)]
    [InlineData("kim", "Kim", false)]
    [InlineData("k*,ann", "ann", true)]
    [InlineData("k*,ann", "bob", false)]
    [InlineData("!k*", "bob", true)]
    [InlineData("!k*", "kim", false)]
    [InlineData("!k*,!b*", "bob", false)]
    [InlineData("!k*,!b*", "ann", true)]
    [InlineData("bob,!b*", "bob", true)]
    [InlineData("bob,!b*", "ben", false)]
    public void Names_are_chosen_by_patterns(string patterns, string name, bool holds)
    {
        var condition = new NameCondition(new ConditionOptions { Names = Read(patterns) });
        condition.Holds(new User { Username = name }).ShouldBe(holds);
        condition.Holds(new Folder { Name = name }).ShouldBe(holds);
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("staff", "", false)]
    [InlineData("staff", "guests,staff", true)]
    [InlineData("!staff", "guests", true)]
    [InlineData("!staff", "guests,staff", false)]
    [InlineData("!staff", "", true)]
    public void Groups_are_chosen_by_patterns(string patterns, string groups, bool holds)
    {
        var condition = new NameCondition(new ConditionOptions { GroupNames = Read(patterns) });
        condition.Holds(new User { Username = "kim", Groups = [.. Split(groups).Select(name => new GroupMapping { Name = name, Type = 2 })] }).ShouldBe(holds);
    }

    [Fact]
    public void All_conditions_must_hold()
    {
        var condition = new NameCondition(new ConditionOptions { Names = Read("k*"), RoleNames = Read("north") });
        condition.Holds(new User { Username = "kim", Role = "north" }).ShouldBeTrue();
        condition.Holds(new User { Username = "kim", Role = "south" }).ShouldBeFalse();
        condition.Holds(new User { Username = "ann", Role = "north" }).ShouldBeFalse();
    }

    [Fact]
    public void A_pattern_that_cannot_be_read_chooses_nobody()
    {
        new NameCondition(new ConditionOptions { Names = Read("[") }).Holds(new User { Username = "[" }).ShouldBeFalse();
        new NameCondition(new ConditionOptions { Names = Read("![") }).Holds(new User { Username = "kim" }).ShouldBeFalse();
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static IReadOnlyList<ConditionPattern> Read(string patterns) =>
        [.. Split(patterns).Select(text => new ConditionPattern { Pattern = text.TrimStart('!'), InverseMatch = text.StartsWith('!') })];
}
