using Hpc.Actors.Cluster.Postgres;
using Hpc.Cluster.Tests.Contract;
using Hpc.Providers.Tests.Servers;

namespace Hpc.ClusterPostgres.Tests;

public sealed class DifferentialTests(PostgresFixture fixture)
{
    /// <summary>A few; more by hand with HPC_CLUSTER_SEEDS.</summary>
    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(2, int.TryParse(Environment.GetEnvironmentVariable("HPC_CLUSTER_SEEDS"), out int many) ? many : 4)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Random_operations_are_answered_as_the_engine_in_process_does(int seed)
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: true);
        await using PostgresEngine engine = await database.OpenAsync();
        await DifferentialRun.CompareAsync(engine, async time => await database.PassAsync(time), seed, operations: 400, TestContext.Current.CancellationToken);
    }
}
