using System.Net;
using Hpc.Accounts.Objects;
using Hpc.Actors.Defender;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>Counts those who guess at shares.</summary>
internal sealed class ShareGuard(HostDefender defender) : IShareGuard
{
    public void OnRefused(IPAddress remote, ShareRefusal why) =>
        defender.Count(remote, ProtocolNames.Http, why == ShareRefusal.Unknown ? DefenderEvent.UserNotFound : DefenderEvent.LoginFailed);
}
