using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Shouldly;

namespace Hpc.Accounts.Tests.Objects;

public sealed class RulesTests
{
    private readonly ErrorList _errors = new();

    private string[] Paths => [.. _errors.Errors.Select(error => error.Path)];

    [Theory]
    [InlineData("alice", true)]
    [InlineData("josé müller", true)]
    [InlineData("a\\b", false)]
    [InlineData("a/b", false)]
    [InlineData("a\u0007", false)]
    [InlineData("..", false)]
    [InlineData("", false)]
    [InlineData("x%role%", false)]
    public void Names_with_all_characters(string name, bool isValid) => new NameRules(NamingRules.Default).IsValid(name).ShouldBe(isValid);

    [Theory]
    [InlineData("a-Z_0.9~", true)]
    [InlineData("a b", false)]
    [InlineData("é", false)]
    [InlineData("a@b", false)]
    public void Names_with_plain_characters(string name, bool isValid) => new NameRules(NamingRules.None).IsValid(name).ShouldBe(isValid);

    [Fact]
    public void Names_are_trimmed_and_made_lower_case_if_so_configured()
    {
        new NameRules(NamingRules.Default).Normalise(" Alice ").ShouldBe("Alice");
        new NameRules(NamingRules.LowerCase).Normalise(" Alice ").ShouldBe(" alice ");
        new NameRules(NamingRules.None).Normalise(" Alice ").ShouldBe(" Alice ");
    }

    [Theory]
    [InlineData("a@b", true)]
    [InlineData("first.last+tag@mail.example.com", true)]
    [InlineData("@b", false)]
    [InlineData("a@", false)]
    [InlineData("a@b@c", false)]
    [InlineData("a b@c", false)]
    [InlineData("a@b\nBcc: c@d", false)]
    [InlineData("<a@b>", false)]
    [InlineData("a@b,c@d", false)]
    public void Addresses(string value, bool isValid) => TextRules.IsEmail(value).ShouldBe(isValid);

    [Theory]
    [InlineData("/srv//a/./b/", "/srv/a/b")]
    [InlineData("/", "/")]
    [InlineData("/srv/%username%", "/srv/%username%")]
    [InlineData("srv", null)]
    [InlineData("/srv/../etc", null)]
    [InlineData("/srv/a\0", null)]
    [InlineData("", null)]
    public void Paths_of_the_server(string value, string? expected)
    {
        PathRules.TryCleanServer(value, out string clean).ShouldBe(expected is not null);
        if (expected is not null)
        {
            clean.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("/srv/users/a", "/srv/users", true)]
    [InlineData("/srv/users", "/srv/users", false)]
    [InlineData("/srv/users2", "/srv/users", false)]
    [InlineData("/x", "/", true)]
    [InlineData("/x", "", false)]
    public void Below(string path, string directory, bool expected) => PathRules.IsBelow(path, directory).ShouldBe(expected);

    [Theory]
    [InlineData("a/b", "a/b/")]
    [InlineData("a/%username%/", "a/%username%/")]
    [InlineData("", "")]
    [InlineData("/a", null)]
    public void Prefixes_of_keys(string value, string? expected)
    {
        string prefix = PathRules.KeyPrefix("key_prefix", value, _errors);
        if (expected is null)
        {
            Paths.ShouldBe(["key_prefix"]);
        }
        else
        {
            prefix.ShouldBe(expected);
            Paths.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("*/2", true)]
    [InlineData("1-5,7", true)]
    [InlineData("0-7", true)]
    [InlineData("mon-fri", true)]
    [InlineData("8", false)]
    [InlineData("5-1", false)]
    [InlineData("*/0", false)]
    [InlineData("", false)]
    [InlineData("1,,2", false)]
    [InlineData("1 2", false)]
    [InlineData("-1", false)]
    public void Days_of_the_week_in_schedules(string value, bool isValid)
    {
        CronRules.Check("day_of_week", value, 0, 7, _errors);
        _errors.IsEmpty.ShouldBe(isValid);
    }

    [Fact]
    public void No_more_than_a_hundred_errors_are_told()
    {
        NetworkRules.List("x", [.. Enumerable.Repeat("y", 500)], _errors);

        _errors.Errors.Count.ShouldBe(100);
    }

    [Fact]
    public void All_ways_in_and_all_protocols_cannot_be_denied()
    {
        var filters = new UserFilters { DeniedLoginMethods = LoginMethodNames.All, DeniedProtocols = ProtocolNames.All };
        FilterRules.Check("filters", filters, _errors);
        Paths.ShouldBe(["filters.denied_login_methods", "filters.denied_protocols"]);
    }

    [Fact]
    public void Shares_last_no_longer_by_default_than_at_most()
    {
        FilterRules.Check("filters", new UserFilters { DefaultSharesExpiration = 8, MaxSharesExpiration = 7 }, _errors);
        Paths.ShouldBe(["filters.default_shares_expiration"]);
    }

    [Fact]
    public void Patterns_are_valid_each_path_once_and_not_empty()
    {
        PatternsRules.Check("p", [new() { Path = "/a", AllowedPatterns = ["*.csv", "*.csv"] }, new() { Path = "/a/", DeniedPatterns = ["[", "a/b"], DenyPolicy = 2 }, new() { Path = "x" }, null], _errors);
        Paths.ShouldBe(["p[1].deny_policy", "p[1].denied_patterns[0]", "p[1].denied_patterns[1]", "p[1].path", "p[2]", "p[2].path", "p[3]"], ignoreOrder: true);
    }
}
