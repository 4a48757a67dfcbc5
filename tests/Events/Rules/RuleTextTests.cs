using Hpc.Accounts.Objects;
using Hpc.Events.Rules;

namespace Hpc.Events.Tests.Rules;

public sealed class RuleTextTests
{
    private static readonly RuleRun Run = new(new EventRule { Name = "nightly" }, "Schedule", new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero), "id-1");

    [Theory]
    [InlineData("nothing", "nothing")]
    [InlineData("{{Event}} at {{.Hour}}", "Schedule at 03")]
    [InlineData("{{Year}}-{{Month}}-{{Day}}T{{Hour}}:{{Minute}} {{DateTime}}", "2026-01-02T03:00 2026-01-02T03:00:00.000")]
    [InlineData("{{Timestamp}}", "1767322800000000000")]
    [InlineData("{{UID}}{{Status}}{{StatusString}}", "id-11OK")]
    [InlineData("[{{Name}}{{VirtualPath}}{{ErrorString}}]", "[]")]
    [InlineData("{{Nonsense}} {{ Event }} {{Event}", "{{Nonsense}} {{ Event }} {{Event}")]
    [InlineData("{{{Event}}}", "{Schedule}")]
    public void Placeholders_are_filled(string text, string filled) => RuleText.Fill(text, Run).ShouldBe(filled);

    [Fact]
    public void Errors_are_parts_of_json_strings()
    {
        RuleRun failed = Run with { Problems = ["one: said \"no\"", "two"] };
        RuleText.Fill("{{StatusString}} {{Status}} {{ErrorString}}", failed).ShouldBe("KO 2 one: said \"no\"\ntwo");
        using var json = System.Text.Json.JsonDocument.Parse(RuleText.Fill("{\"error\":\"{{ErrorString}}\"}", failed, isJson: true));
        json.RootElement.GetProperty("error").GetString().ShouldBe("one: said \"no\"\ntwo");
    }
}
