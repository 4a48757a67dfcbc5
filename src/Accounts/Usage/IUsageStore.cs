namespace Hpc.Accounts.Usage;

/// <summary>
/// What users and folders have in use, over all nodes, and what the nodes have reserved of their limits.
/// A reservation grows only while what is used and reserved by all stays within the limit: a node that spends no more than it reserved never passes it.
/// An exception means that the store does not work. Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IUsageStore
{
    /// <summary>
    /// Takes what a node consumed and changes what it holds, all of it or nothing. The answers are in the order of the requests.
    /// A statement with the number of the last one changes nothing and is answered with the same grants, and the totals of now, so that it can be sent again
    /// if no answer came; its requests must be the same.
    /// </summary>
    /// <param name="node">Who sends it.</param>
    /// <param name="sequence">1 for the first of an epoch, then one more each time.</param>
    /// <param name="requests">What to tell and ask, a scope once.</param>
    /// <param name="ct">Gives up; then nobody knows whether it happened.</param>
    /// <exception cref="InvalidOperationException">The number is older than the last one of this epoch.</exception>
    ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct);

    /// <summary>What is known of a scope; null if nothing was ever counted in it.</summary>
    ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct);

    /// <summary>Scopes in the order of their UTF-8 bytes, from the first behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct);

    /// <summary>
    /// Remembers this run of the node, as its first statement does, and returns the earlier ones: at least the last 1,000, as far as it knows them.
    /// </summary>
    ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct);

    /// <summary>Scopes in which other epochs of this node than its own still hold something: those of a crash, in order.</summary>
    ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct);

    /// <summary>
    /// Ends what other epochs of this node hold in a scope: reserved transfer volume becomes used, reserved files and bytes are free,
    /// and <paramref name="correction"/> is applied if there is one. Done again, it changes nothing.
    /// </summary>
    ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct);

    /// <summary>Applies what a count found, and remembers when. Never below 0.</summary>
    ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct);

    /// <summary>Applies what an operator or a dump says; reservations stay.</summary>
    ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct);

    /// <summary>Sets what was moved to 0, from <paramref name="at"/> on; false if nothing was ever counted in the scope.</summary>
    ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct);

    /// <summary>
    /// Forgets the files and bytes of a scope, and that they were counted, because other files are meant from now on, or they changed uncounted.
    /// What was moved and what is reserved stays. False if nothing was ever counted in it.
    /// </summary>
    ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct);

    /// <summary>Forgets a scope, with all reservations: its user or folder is gone. False if nothing was ever counted in it.</summary>
    ValueTask<bool> DeleteAsync(string scope, CancellationToken ct);
}
