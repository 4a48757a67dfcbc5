using System.Collections.Concurrent;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Node;

internal sealed class RecordedEvents : IClusterEvents
{
    private readonly ConcurrentQueue<string> _lines = new();

    public bool Throws { get; set; }

    public void OnEndSession(string sessionId) => Add($"end {sessionId}");

    public void OnEndSessionsOfUser(string userName) => Add($"end all of {userName}");

    public void OnBans(IReadOnlyList<ClusterBan> bans) => Add($"bans {string.Join(',', bans.Select(static ban => ban.Host))}");

    public void OnBan(string host, TimeSpan left) => Add($"ban {host}");

    public void OnUnban(string host) => Add($"unban {host}");

    public void OnChanged() => Add("changed");

    public void OnNoticesMissed() => Add("missed");

    public void OnLeadership(bool isLeader) => Add(isLeader ? "leads" : "leads no more");

    public async Task HasAsync(string line)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!_lines.Contains(line))
        {
            patience.IsCancellationRequested.ShouldBeFalse($"'{line}' never came; there is: {string.Join(", ", _lines)}");
            await Task.Yield();
        }
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        if (Throws)
        {
            throw new InvalidOperationException("on purpose");
        }
    }
}
