using Hpc.Accounts.Objects;
using Hpc.Accounts.Objects.Validation;
using Hpc.Accounts.Services;
using Microsoft.Extensions.Logging;

namespace Hpc.Events.Rules;

/// <summary>Begins the rules that are due at full hours.</summary>
/// <param name="rules">The rules.</param>
/// <param name="claims">Who of the nodes begins one.</param>
/// <param name="hasRoom">False if no more may run now: then another node may claim it.</param>
/// <param name="begin">Begins one.</param>
/// <param name="metrics">Counts what was missed.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where it is logged.</param>
internal sealed class RuleClock(
    IObjectService<EventRule> rules, RuleClaims claims, Func<bool> hasRoom, Action<EventRule, string, DateTimeOffset> begin, RuleMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>How long rules of an hour may still be begun after it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Between tries, where the data provider does not answer or too many rules run.</summary>
    internal static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    // A clock that is set is seen soon.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    /// <summary>The hour that has begun already and is not run.</summary>
    public DateTimeOffset Begin() => HourOf(time.GetUtcNow());

    /// <summary>Runs the hours after <paramref name="last"/> until it is cancelled.</summary>
    public async Task RunAsync(DateTimeOffset last, CancellationToken ct)
    {
        while (true)
        {
            DateTimeOffset now = time.GetUtcNow();
            DateTimeOffset hour = HourOf(now);
            if (hour > last)
            {
                if (hour - last > OneHour)
                {
                    Miss(hour - OneHour, (long)((hour - last) / OneHour) - 1, "the clock went ahead, or this machine stood still");
                }

                await RunHourAsync(hour, ct).ConfigureAwait(false);
                last = hour;
                continue;
            }

            if (last - hour > OneHour)
            {
                // An hour that comes a second time is not run again by anyone: its claims last for two days.
                RulesLog.ClockWentBack(logger, last, now);
                last = hour;
            }

            await Task.Delay(Sleep(last + OneHour - now), time, ct).ConfigureAwait(false);
        }
    }

    private static DateTimeOffset HourOf(DateTimeOffset now)
    {
        DateTimeOffset utc = now.ToUniversalTime();
        return new(utc.Year, utc.Month, utc.Day, utc.Hour, 0, 0, TimeSpan.Zero);
    }

    private static TimeSpan Sleep(TimeSpan left) => left > LongestSleep ? LongestSleep : left < ShortestSleep ? ShortestSleep : left;

    private static bool IsDue(EventRule rule, DateTimeOffset hour) =>
        rule is { Trigger: EventTriggers.Schedule, Status: 1 } && rule.Conditions.Schedules.Any(schedule => RuleSchedule.Of(schedule)?.IsDue(hour) ?? false);

    private async Task RunHourAsync(DateTimeOffset hour, CancellationToken ct)
    {
        // Those that this node has begun, or knows to be another's.
        var settled = new HashSet<long>();
        byte[] claimant = Guid.NewGuid().ToByteArray();
        while (true)
        {
            string reason;
            if (IsOver(hour))
            {
                Miss(hour, 1, $"they could not be begun within {Patience.TotalMinutes:0} minutes");
                return;
            }

            try
            {
                if (await BeginAsync(hour, settled, claimant, ct).ConfigureAwait(false))
                {
                    return;
                }

                reason = $"{EventRules.MaxRunning} rules run";
            }
            catch (Exception error) when (!ct.IsCancellationRequested)
            {
                reason = error.Message;
            }

            if (!IsOver(hour))
            {
                RulesLog.NotBegun(logger, hour, reason);
                await Task.Delay(RetryInterval, time, ct).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<bool> BeginAsync(DateTimeOffset hour, HashSet<long> settled, ReadOnlyMemory<byte> claimant, CancellationToken ct)
    {
        bool isComplete = true;
        await foreach (EventRule rule in rules.ReadAllAsync(ChangeContext.Operator, ct).ConfigureAwait(false))
        {
            if (!IsDue(rule, hour) || settled.Contains(rule.Id))
            {
                continue;
            }

            // A machine that stood still does not do later what it should have done at the hour.
            ct.ThrowIfCancellationRequested();
            if (IsOver(hour))
            {
                return false;
            }

            if (!hasRoom())
            {
                if (await claims.IsTakenAsync(rule, hour, ct).ConfigureAwait(false))
                {
                    settled.Add(rule.Id);
                }
                else
                {
                    isComplete = false;
                }

                continue;
            }

            if (await claims.TryClaimAsync(rule, hour, claimant, ct).ConfigureAwait(false))
            {
                begin(rule, "Schedule", hour);
            }

            settled.Add(rule.Id);
        }

        return isComplete;
    }

    private bool IsOver(DateTimeOffset hour) => time.GetUtcNow() - hour >= Patience;

    private void Miss(DateTimeOffset hour, long hours, string reason)
    {
        metrics.HoursMissed(hours);
        RulesLog.Missed(logger, hour, reason);
    }
}
