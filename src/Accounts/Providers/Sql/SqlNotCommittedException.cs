using System.Data.Common;

namespace Hpc.Accounts.Sql;

/// <summary>A commit got no answer, and was found not to have been done: the work may be done once more.</summary>
internal sealed class SqlNotCommittedException : DbException
{
    public SqlNotCommittedException()
    {
    }

    public SqlNotCommittedException(string message)
        : base(message)
    {
    }

    public SqlNotCommittedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    public SqlNotCommittedException(Exception cause)
        : base($"The connection was lost before the commit: {cause.Message}", cause)
    {
    }
}
