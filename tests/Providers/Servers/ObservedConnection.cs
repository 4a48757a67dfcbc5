using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Hpc.Providers.Tests.Servers;

/// <summary>A connection that tells an observer what passes.</summary>
internal sealed class ObservedConnection(DbConnection inner, IStatementObserver observer) : DbConnection
{
    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => inner.ConnectionString = value;
    }

    public override string Database => inner.Database;

    public override string DataSource => inner.DataSource;

    public override string ServerVersion => inner.ServerVersion;

    public override ConnectionState State => inner.State;

    public override void ChangeDatabase(string databaseName) => inner.ChangeDatabase(databaseName);

    public override void Open() => inner.Open();

    public override void Close() => inner.Close();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        new ObservedTransaction(this, inner.BeginTransaction(isolationLevel), observer);

    protected override DbCommand CreateDbCommand() => new ObservedCommand(this, inner.CreateCommand(), observer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
