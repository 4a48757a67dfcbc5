using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>What the database says to a settlement.</summary>
/// <param name="Last">Number of the run's statement that was taken last, before this one.</param>
/// <param name="IsEnded">The run was ended, and nothing was done.</param>
/// <param name="Answers">In the order of the requests.</param>
internal sealed record SettleReply(long Last, bool IsEnded, IReadOnlyList<UsageAnswer> Answers);
