using System.Net;
using System.Text;
using Hpc.Actors.Defender;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.Server.Provision;

/// <summary>Hosts with points and banned ones, for the REST API. An IPv6 host is shown as the first address of its /64, and any address of it finds it.</summary>
internal sealed class DefenderHosts(HostDefender defender, DefenderOptions options) : IDefenderHosts
{
    private const int MaxHosts = 1_000;

    public ValueTask<IReadOnlyList<DefenderEntry>> ListAsync(CancellationToken ct) =>
        new([.. defender.Board.List(MaxHosts).Select(Of)]);

    public ValueTask<DefenderEntry?> FindAsync(IPAddress address, CancellationToken ct) =>
        new(defender.Board.Find(HostKey.Of(address)) is { } host ? Of(host) : null);

    public async ValueTask<HostRemovalResult> RemoveAsync(IPAddress address, CancellationToken ct) => await defender.ForgetAsync(address, ct).ConfigureAwait(false) switch
    {
        ForgetOutcome.Forgotten => HostRemovalResult.Done,
        ForgetOutcome.HereAlone => HostRemovalResult.HereAlone,
        _ => HostRemovalResult.Nothing,
    };

    public async ValueTask<HostBanResult> BanAsync(IPAddress address, TimeSpan time, CancellationToken ct)
    {
        if (!defender.IsEnabled)
        {
            return HostBanResult.Off;
        }

        return await defender.BanAsync(address, time > TimeSpan.Zero ? time : options.BanTime, ct).ConfigureAwait(false) switch
        {
            BanOutcome.Banned => HostBanResult.Done,
            BanOutcome.HereAlone => HostBanResult.HereAlone,
            BanOutcome.IsProxy => HostBanResult.IsProxy,
            _ => HostBanResult.Full,
        };
    }

    private static DefenderEntry Of(DefenderHost host)
    {
        string address = host.Host.Address.ToString();
        return new DefenderEntry { Id = Convert.ToHexStringLower(Encoding.ASCII.GetBytes(address)), Ip = address, Score = host.Score, BanTime = host.BannedUntil };
    }
}
