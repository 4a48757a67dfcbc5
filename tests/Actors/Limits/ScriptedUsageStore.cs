using System.Collections.Concurrent;
using Hpc.Accounts.Usage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>A store that remembers its statements, and waits or fails when it is told to.</summary>
internal class ScriptedUsageStore(IUsageStore inner) : IUsageStore
{
    private readonly ConcurrentQueue<(long Sequence, IReadOnlyList<UsageRequest> Requests)> _statements = [];

    public IReadOnlyList<(long Sequence, IReadOnlyList<UsageRequest> Requests)> Statements => [.. _statements];

    /// <summary>Fails before anything is done.</summary>
    public bool IsAway { get; set; }

    /// <summary>Does what it is asked, and loses the answer.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Settles, and answers so many times what nobody can handle.</summary>
    public int SpoiltAnswers { get; set; }

    /// <summary>Adjusts, and loses the answer.</summary>
    public bool LosesAdjustments { get; set; }

    /// <summary>Adjustments wait for this, and say so in <see cref="Adjusting"/>.</summary>
    public TaskCompletionSource? AdjustGate { get; set; }

    public TaskCompletionSource Adjusting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Statements wait for this.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public async ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(
        UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct)
    {
        _statements.Enqueue((sequence, requests));
        if (Gate is { } gate)
        {
            await gate.Task;
        }

        ThrowIf(IsAway);
        IReadOnlyList<UsageAnswer> answers = await inner.SettleAsync(node, sequence, requests, ct);
        ThrowIf(LosesAnswers);
        return SpoiltAnswers-- > 0 ? null! : answers;
    }

    public ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct) => inner.FindAsync(scope, ct);

    public ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct) => inner.ListAsync(after, limit, ct);

    public ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct) => inner.BeginAsync(node, ct);

    public ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct) => inner.ListUnfinishedAsync(node, ct);

    public async ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        ThrowIf(IsAway);
        await inner.FinishAsync(node, scope, correction, ct);
        ThrowIf(LosesAnswers);
    }

    public async ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct)
    {
        ThrowIf(IsAway);
        await inner.CorrectAsync(correction, ct);
        ThrowIf(LosesAnswers);
    }

    public async ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct)
    {
        if (AdjustGate is { } gate)
        {
            Adjusting.TrySetResult();
            await gate.Task;
        }

        await inner.AdjustAsync(adjustment, ct);
        ThrowIf(LosesAdjustments);
    }

    public ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct) => inner.ResetTransferAsync(scope, at, ct);

    public ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct) => inner.ForgetCountAsync(scope, ct);

    public ValueTask<bool> DeleteAsync(string scope, CancellationToken ct) => inner.DeleteAsync(scope, ct);

    protected static void ThrowIf(bool condition)
    {
        if (condition)
        {
            throw new IOException("The store is away.");
        }
    }
}
