using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Tests.Objects;

public sealed class CronFieldTests
{
    [Theory]
    [InlineData("*", 0, 5, "0 1 2 3 4 5")]
    [InlineData("?", 0, 3, "0 1 2 3")]
    [InlineData("*/2", 0, 5, "0 2 4")]
    [InlineData("*/2", 1, 5, "1 3 5")]
    [InlineData("1-3", 0, 5, "1 2 3")]
    [InlineData("1-5/2", 0, 5, "1 3 5")]
    [InlineData("2/2", 0, 6, "2 4 6")]
    [InlineData("4", 0, 5, "4")]
    [InlineData("5,0,2-3", 0, 5, "0 2 3 5")]
    [InlineData("jan,MAR,nov-dec", 1, 12, "1 3 11 12")]
    [InlineData("mon-fri", 0, 7, "1 2 3 4 5")]
    [InlineData("7", 0, 7, "0 7")]
    [InlineData("6-7", 0, 7, "0 6 7")]
    [InlineData("*", 0, 7, "0 1 2 3 4 5 6")]
    [InlineData("*/2", 0, 7, "0 2 4 6")]
    [InlineData("1/2", 0, 7, "1 3 5")]
    [InlineData("1/3", 0, 7, "1 4")]
    [InlineData("7/2", 0, 7, "0 7")]
    public void A_field_names_its_values(string text, int least, int most, string values)
    {
        CronField.TryParse(text, least, most, out CronField field).ShouldBeTrue();
        string.Join(' ', Enumerable.Range(-1, 66).Where(field.Holds)).ShouldBe(values);
    }

    [Theory]
    [InlineData("*", true)]
    [InlineData("?", true)]
    [InlineData("*/1", true)]
    [InlineData("3,*", true)]
    [InlineData("*/2", false)]
    [InlineData("1-31", false)]
    public void A_star_limits_nothing(string text, bool isAny)
    {
        CronField.TryParse(text, 1, 31, out CronField field).ShouldBeTrue();
        field.IsAny.ShouldBe(isAny);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("24")]
    [InlineData("-1")]
    [InlineData("3-1")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData("*/0")]
    [InlineData("*/24")]
    [InlineData("1/2/3")]
    [InlineData("1,")]
    [InlineData("**")]
    [InlineData("jan")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999")]
    public void What_is_no_field_is_refused(string text) => CronField.TryParse(text, 0, 23, out _).ShouldBeFalse();

    [Fact]
    public void Any_text_is_a_field_or_refused()
    {
        const string Characters = "0123456789*?/-,jansu ";
        var random = new Random(8);
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Create(random.Next(12), random, static (span, random) =>
            {
                for (int at = 0; at < span.Length; at++)
                {
                    span[at] = Characters[random.Next(Characters.Length)];
                }
            });
            (int least, int most) = random.Next(4) switch { 0 => (0, 23), 1 => (1, 31), 2 => (1, 12), _ => (0, 7) };
            if (CronField.TryParse(text, least, most, out CronField field))
            {
                int[] values = [.. Enumerable.Range(0, 64).Where(field.Holds)];
                values.ShouldNotBeEmpty(text);
                values[0].ShouldBeGreaterThanOrEqualTo(least, text);
                values[^1].ShouldBeLessThanOrEqualTo(most, text);
            }
        }
    }
}
