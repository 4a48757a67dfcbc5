using System.Globalization;
using System.Text;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Events.Rules;

/// <summary>Of all nodes of one data provider one gets an hour of a rule, even if a clock goes back and the hour comes again.</summary>
internal sealed class RuleClaims(IEphemeralStore store)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(2);

    // To know its own claim again, when the answer to it was lost.
    private readonly byte[] _self = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    /// <summary>True for this process alone, and again if it asks again.</summary>
    public async ValueTask<bool> TryClaimAsync(EventRule rule, DateTimeOffset hour, CancellationToken ct)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"event-rule:{rule.Id}:{hour.UtcDateTime:yyyyMMddHH}");
        return await store.TryAddAsync(name, _self, hour + Memory, ct).ConfigureAwait(false)
            || (await store.FindAsync(name, ct).ConfigureAwait(false) is { } holder && holder.Span.SequenceEqual(_self));
    }
}
