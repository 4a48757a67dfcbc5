namespace Hpc.Server.Configuration;

/// <summary>A list in the configuration.</summary>
internal sealed record ListenerList(string Path, Func<HpcOptions, int> Count, Action<HpcOptions> Add, Action<HpcOptions> Clear);

/// <summary>Every list in the configuration.</summary>
internal static class ListenerLists
{
    public static IReadOnlyList<ListenerList> All { get; } =
    [
        new(ConfigurationTable.Listeners, o => o.Ssh.Listeners.Count, o => o.Ssh.Listeners.Add(new ListenerSection()), o => o.Ssh.Listeners.Clear()),
        new(AccountKeys.HttpListeners, o => o.Http.Listeners.Count, o => o.Http.Listeners.Add(new HttpListenerSection()), o => o.Http.Listeners.Clear()),
        new(DefenderKeys.RateLimiters, o => o.RateLimiters.Count, o => o.RateLimiters.Add(new RateLimiterSection()), o => o.RateLimiters.Clear()),
    ];

    public static ListenerList? Find(string path) => All.FirstOrDefault(list => list.Path == path);
}
