using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.TestKit;

namespace Hpc.Cluster.Tests.Contract;

public sealed class InProcessEngineTests : ClusterEngineContract
{
    private readonly ManualTimeProvider _time = new();

    protected override ValueTask<IClusterEngine> CreateAsync() => new(new InProcessEngine(_time));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return default;
    }
}
