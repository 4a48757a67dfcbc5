using System.Net;
using Hpc.Actors.Defender;
using Hpc.Transport.Listening;

namespace Hpc.Server.Provision;

/// <summary>The screen, for connections.</summary>
internal sealed class ConnectionScreen(AddressScreen screen, HostDefender defender) : IConnectionScreen
{
    public ScreenVerdict Judge(IPAddress client, string protocol)
    {
        AddressVerdict verdict = screen.Judge(client, protocol);
        return verdict.Kind switch
        {
            AddressVerdictKind.Admitted => new ScreenVerdict(ScreenVerdictKind.Admitted, verdict.Wait),
            AddressVerdictKind.NotAllowed => new ScreenVerdict(ScreenVerdictKind.NotAllowed),
            AddressVerdictKind.RateLimited => new ScreenVerdict(ScreenVerdictKind.RateLimited),
            _ => new ScreenVerdict(ScreenVerdictKind.Banned),
        };
    }

    public bool IsBarred(IPAddress client, string protocol) => screen.IsBarred(client, protocol);

    public void OnHostLimit(IPAddress client, string protocol) => defender.Count(client, protocol, DefenderEvent.LimitExceeded);

    public void OnNoLoginTried(IPAddress client, string protocol) => defender.Count(client, protocol, DefenderEvent.NoLoginTried);
}
