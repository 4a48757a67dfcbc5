using Hpc.HttpApi.Models;

namespace Hpc.HttpApi.Parts;

/// <summary>Knows the state of the services; the data provider's and that of second factors are filled in by the REST API.</summary>
public interface IServicesStatusSource
{
    /// <summary>The state of now.</summary>
    ValueTask<ServicesStatus> ReadAsync(CancellationToken ct);
}
