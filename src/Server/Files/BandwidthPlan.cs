using System.Net;
using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Server.Files;

/// <summary>What an account says of bandwidth: by the first network that holds the client's address, else by the user's own limits; and the totals of its groups.</summary>
internal sealed class BandwidthPlan
{
    private const long Kibibyte = 1024;

    private readonly SessionBandwidth _own;
    private readonly (NetworkList Sources, SessionBandwidth Limits)[] _bySource;

    public BandwidthPlan(UserAccount user)
    {
        _own = new SessionBandwidth
        {
            UserName = user.UserName,
            Version = user.Version,
            Upload = InBytes(user.UploadBandwidth),
            Download = InBytes(user.DownloadBandwidth),
            Groups = [.. user.GroupBandwidths.Select(static group => new GroupTotal(group.Group, InBytes(group.Upload), InBytes(group.Download)))],
        };
        _bySource = [.. user.BandwidthLimits.Select((limit, index) => (new NetworkList(limit.Sources), Of(limit, index)))];
    }

    public SessionBandwidth From(IPAddress address)
    {
        foreach ((NetworkList sources, SessionBandwidth limits) in _bySource)
        {
            if (sources.Contains(address))
            {
                return limits;
            }
        }

        return _own;
    }

    /// <summary>KiB/s in bytes; a limit that is no number of bytes any more is none.</summary>
    public static long InBytes(long kibibytes) => kibibytes > long.MaxValue / Kibibyte / 2 ? 0 : Math.Max(0, kibibytes) * Kibibyte;

    private SessionBandwidth Of(BandwidthLimit limit, int index) =>
        _own with { Source = index, Upload = InBytes(limit.UploadBandwidth), Download = InBytes(limit.DownloadBandwidth) };
}
