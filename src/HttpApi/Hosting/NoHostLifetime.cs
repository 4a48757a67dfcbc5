using Microsoft.Extensions.Hosting;

namespace Hpc.HttpApi.Hosting;

/// <summary>The process has a life of its own: no signal is caught here.</summary>
internal sealed class NoHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
