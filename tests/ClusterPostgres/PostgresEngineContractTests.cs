using Hpc.Actors.Cluster;
using Hpc.Cluster.Tests.Contract;
using Hpc.Providers.Tests.Servers;

namespace Hpc.ClusterPostgres.Tests;

public sealed class PostgresEngineContractTests(PostgresFixture fixture) : ClusterEngineContract
{
    private EngineDatabase _database = null!;

    protected override async ValueTask<IClusterEngine> CreateAsync()
    {
        _database = await EngineDatabase.NewAsync(fixture, hasClock: true);
        return await _database.OpenAsync();
    }

    protected override async ValueTask PassAsync(TimeSpan time) => await _database.PassAsync(time);
}
