using Hpc.Actors.Cluster.Postgres;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Hpc.Server.Provision;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Clustering;

/// <summary>Opens the engine of the configuration.</summary>
internal static class ClusterDatabase
{
    /// <summary>Null where the configuration has one node alone.</summary>
    /// <exception cref="ConfigurationException">The database cannot be used.</exception>
    public static async Task<PostgresEngine?> OpenAsync(HpcOptions options, ILoggerFactory loggers, CancellationToken ct)
    {
        if (!options.Cluster.Enabled)
        {
            return null;
        }

        try
        {
            string provider = DataProviders.ConnectionStringOf(options.DataProvider);
            return await PostgresEngine.OpenAsync(OptionMapping.ClusterEngine(options.Cluster, provider), loggers.CreateLogger<PostgresEngine>(), ct).ConfigureAwait(false);
        }
        catch (PostgresEngineException e)
        {
            throw new ConfigurationException($"cluster.enabled: {e.Message}", e);
        }
    }
}
