using System.Globalization;
using Hpc.Accounts.Objects;
using Hpc.Events.Rules;

namespace Hpc.Events.Tests.Rules;

public sealed class RuleScheduleTests
{
    [Theory]
    [InlineData("* * * *", "2026-11-22T08:00Z", true)]
    [InlineData("8 * * *", "2026-11-22T08:00Z", true)]
    [InlineData("8 * * *", "2026-11-22T09:00Z", false)]
    [InlineData("8 * * *", "2026-11-22T09:00+01:00", true)]
    [InlineData("*/6 * * *", "2026-11-22T18:00Z", true)]
    [InlineData("*/6 * * *", "2026-11-22T17:00Z", false)]
    [InlineData("0 1 * *", "2026-12-01T00:00Z", true)]
    [InlineData("0 1 * *", "2026-12-02T00:00Z", false)]
    [InlineData("0 * 2 *", "2026-02-28T00:00Z", true)]
    [InlineData("0 * 2 *", "2026-03-01T00:00Z", false)]
    [InlineData("0 * * sun", "2026-11-22T00:00Z", true)]
    [InlineData("0 * * 7", "2026-11-22T00:00Z", true)]
    [InlineData("0 * * 1-6", "2026-11-22T00:00Z", false)]
    [InlineData("0 13 * fri", "2026-11-13T00:00Z", true)]
    [InlineData("0 13 * fri", "2026-11-20T00:00Z", true)]
    [InlineData("0 13 * fri", "2026-12-13T00:00Z", true)]
    [InlineData("0 13 * fri", "2026-12-14T00:00Z", false)]
    [InlineData("0 */2 * fri", "2026-11-21T00:00Z", true)]
    public void A_rule_is_due_as_a_cron_line_is(string hourDayMonthWeekday, string time, bool isDue)
    {
        string[] fields = hourDayMonthWeekday.Split(' ');
        RuleSchedule schedule = RuleSchedule.Of(new Schedule { Hours = fields[0], DayOfMonth = fields[1], Month = fields[2], DayOfWeek = fields[3] }).ShouldNotBeNull();
        schedule.IsDue(DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)).ShouldBe(isDue);
    }

    [Fact]
    public void A_schedule_with_a_field_that_is_none_is_none() =>
        RuleSchedule.Of(new Schedule { Hours = "25", DayOfMonth = "*", Month = "*", DayOfWeek = "*" }).ShouldBeNull();
}
