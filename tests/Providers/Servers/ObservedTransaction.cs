using System.Data;
using System.Data.Common;

namespace Hpc.Providers.Tests.Servers;

internal sealed class ObservedTransaction(ObservedConnection connection, DbTransaction inner, IStatementObserver observer) : DbTransaction
{
    public DbTransaction Inner => inner;

    public override IsolationLevel IsolationLevel => inner.IsolationLevel;

    protected override DbConnection DbConnection => connection;

    public override void Commit()
    {
        observer.OnCommit();
        inner.Commit();
        observer.OnCommitted();
    }

    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        observer.OnCommit();
        await inner.CommitAsync(cancellationToken);
        observer.OnCommitted();
    }

    public override void Rollback() => inner.Rollback();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
