using Hpc.Accounts.Objects;

namespace Hpc.Events.Rules;

/// <summary>One line of a rule's schedules: the minute is 0, times are UTC (spec/08 §8.2).</summary>
internal sealed class RuleSchedule
{
    private readonly CronField _hours;
    private readonly CronField _daysOfMonth;
    private readonly CronField _months;
    private readonly CronField _daysOfWeek;

    private RuleSchedule(CronField hours, CronField daysOfMonth, CronField months, CronField daysOfWeek) =>
        (_hours, _daysOfMonth, _months, _daysOfWeek) = (hours, daysOfMonth, months, daysOfWeek);

    /// <summary>Null if a field is no cron field.</summary>
    public static RuleSchedule? Of(Schedule schedule) =>
        CronField.TryParse(schedule.Hours, 0, 23, out CronField hours)
        && CronField.TryParse(schedule.DayOfMonth, 1, 31, out CronField daysOfMonth)
        && CronField.TryParse(schedule.Month, 1, 12, out CronField months)
        && CronField.TryParse(schedule.DayOfWeek, 0, 7, out CronField daysOfWeek)
            ? new RuleSchedule(hours, daysOfMonth, months, daysOfWeek)
            : null;

    /// <summary>True if the rule runs at this full hour. As with every cron: where both kinds of days are limited, one of them is enough.</summary>
    public bool IsDue(DateTimeOffset hour)
    {
        DateTime utc = hour.UtcDateTime;
        if (!_hours.Holds(utc.Hour) || !_months.Holds(utc.Month))
        {
            return false;
        }

        bool isDayOfMonth = _daysOfMonth.Holds(utc.Day);
        bool isDayOfWeek = _daysOfWeek.Holds((int)utc.DayOfWeek);
        return _daysOfMonth.IsAny || _daysOfWeek.IsAny ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek;
    }
}
