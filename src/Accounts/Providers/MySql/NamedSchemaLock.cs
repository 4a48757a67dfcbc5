using Hpc.Accounts.Data;
using Hpc.Accounts.Sql;

namespace Hpc.Accounts.MySql;

/// <summary>A lock of the server, which holds as long as the connection does.</summary>
internal sealed class NamedSchemaLock(SqlScope scope, string name) : ISchemaLock
{
    public async ValueTask HoldAsync(CancellationToken ct)
    {
        if (await scope.NumberAsync(scope.Statement($"SELECT IS_USED_LOCK('{name}') = CONNECTION_ID()"), ct).ConfigureAwait(false) != 1)
        {
            throw new DataProviderException("The lock of migrations was lost. Start again.");
        }
    }

    public async ValueTask DisposeAsync() =>
        await scope.NumberAsync(scope.Statement($"SELECT RELEASE_LOCK('{name}')"), CancellationToken.None).ConfigureAwait(false);
}
