using System.Globalization;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Events.Rules;

/// <summary>
/// Of all nodes of one data provider one gets an hour of a rule, once, even if a clock goes back and the hour comes again. Rules for every node are claimed by every node for itself.
/// </summary>
/// <param name="store">Where they are.</param>
/// <param name="node">This node: the same after a restart, and no other's.</param>
internal sealed class RuleClaims(IEphemeralStore store, string node)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(2);

    /// <summary>True for one of all who ask, and again for the same one: the answer to a claim may be lost.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="hour">The hour.</param>
    /// <param name="claimant">Who asks: another one each time that the hour comes.</param>
    /// <param name="ct">Gives up.</param>
    public async ValueTask<bool> TryClaimAsync(EventRule rule, DateTimeOffset hour, ReadOnlyMemory<byte> claimant, CancellationToken ct)
    {
        string name = NameOf(rule, hour);
        return await store.TryAddAsync(name, claimant, hour + Memory, ct).ConfigureAwait(false)
            || (await store.FindAsync(name, ct).ConfigureAwait(false) is { } holder && holder.Span.SequenceEqual(claimant.Span));
    }

    /// <summary>True if it has been claimed.</summary>
    public async ValueTask<bool> IsTakenAsync(EventRule rule, DateTimeOffset hour, CancellationToken ct) => await store.FindAsync(NameOf(rule, hour), ct).ConfigureAwait(false) is not null;

    private string NameOf(EventRule rule, DateTimeOffset hour)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"event-rule:{rule.Id}:{hour.UtcDateTime:yyyyMMddHH}");
        return rule.Conditions.Options.ConcurrentExecution ? $"{name}:{node}" : name;
    }
}
