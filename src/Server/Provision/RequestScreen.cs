using System.Net;
using Hpc.Accounts.Objects;
using Hpc.Actors.Defender;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>The screen, for requests.</summary>
internal sealed class RequestScreen(AddressScreen screen, HostDefender defender) : IRequestScreen
{
    public RequestVerdict Judge(IPAddress remote)
    {
        AddressVerdict verdict = screen.Judge(remote, ProtocolNames.Http);
        return verdict.Kind switch
        {
            AddressVerdictKind.Admitted => new RequestVerdict(RequestVerdictKind.Admitted, verdict.Wait),
            AddressVerdictKind.RateLimited => new RequestVerdict(RequestVerdictKind.RateLimited, verdict.Wait),
            _ => new RequestVerdict(RequestVerdictKind.Barred),
        };
    }

    public bool IsBarred(IPAddress remote) => screen.IsBarred(remote, ProtocolNames.Http);

    public void OnHostLimit(IPAddress remote) => defender.Count(remote, ProtocolNames.Http, DefenderEvent.LimitExceeded);
}
