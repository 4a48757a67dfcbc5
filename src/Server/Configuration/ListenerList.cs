namespace Hpc.Server.Configuration;

/// <summary>A list in the configuration.</summary>
internal sealed record ListenerList(string Path, Func<HpcOptions, int> Count, Action<HpcOptions> Add, Action<HpcOptions> Clear);

/// <summary>Every list in the configuration.</summary>
internal static class ListenerLists
{
    public static IReadOnlyList<ListenerList> All { get; } =
    [
        new(ConfigurationTable.Listeners, o => o.Ssh.Listeners.Count, o => o.Ssh.Listeners.Add(new ListenerSection()), o => o.Ssh.Listeners.Clear()),
        new(FtpKeys.Listeners, o => o.Ftp.Listeners.Count, o => o.Ftp.Listeners.Add(new FtpListenerSection()), o => o.Ftp.Listeners.Clear()),
        new(FtpKeys.Certificates, o => o.Ftp.Certificates.Count, o => o.Ftp.Certificates.Add(new FtpCertificateSection()), o => o.Ftp.Certificates.Clear()),
        new(AccountKeys.HttpListeners, o => o.Http.Listeners.Count, o => o.Http.Listeners.Add(new HttpListenerSection()), o => o.Http.Listeners.Clear()),
        new(DefenderKeys.RateLimiters, o => o.RateLimiters.Count, o => o.RateLimiters.Add(new RateLimiterSection()), o => o.RateLimiters.Clear()),
    ];

    public static ListenerList? Find(string path) => All.FirstOrDefault(list => list.Path == path);
}
