using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>What of the server the REST API works with.</summary>
internal sealed record RestNeighbours(
    Authenticator Authenticator,
    ISessionGate Gate,
    ISessionDirectory Sessions,
    QuotaOperations Quotas,
    ServicesStatusSource Status,
    Guard Guard,
    DefaultAdmin? DefaultAdmin,
    ClusterSessions? Cluster = null,
    IRuleOperations? Rules = null);
