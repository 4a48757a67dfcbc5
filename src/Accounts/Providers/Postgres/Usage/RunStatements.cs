using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>Conditions of statements.</summary>
internal static class RunStatements
{
    /// <summary>Appends the condition that a row is of a run.</summary>
    public static SqlStatement AppendRun(this SqlStatement statement, UsageNode run) => statement.Append("node = ").Name(run.Id).Append(" AND epoch = ").Name(run.Epoch);
}
