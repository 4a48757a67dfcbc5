using System.Collections.Concurrent;
using System.Net;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Tests;

/// <summary>Says what a test wants, and remembers what it was told.</summary>
internal sealed class FakeScreen : IConnectionScreen
{
    public Func<IPAddress, ScreenVerdict> Verdict { get; set; } = static _ => ScreenVerdict.Admitted;

    public ConcurrentQueue<IPAddress> Judged { get; } = [];

    public ConcurrentQueue<IPAddress> HostLimits { get; } = [];

    public ConcurrentQueue<IPAddress> NoLogins { get; } = [];

    public ConcurrentQueue<string> Protocols { get; } = [];

    /// <summary>Thrown instead of taking note.</summary>
    public Exception? Fault { get; set; }

    public ScreenVerdict Judge(IPAddress client, string protocol)
    {
        Judged.Enqueue(client);
        Protocols.Enqueue(protocol);
        return Verdict(client);
    }

    /// <summary>Who is barred.</summary>
    public Predicate<IPAddress> Barred { get; set; } = static _ => false;

    /// <summary>Asked whether they are barred.</summary>
    public ConcurrentQueue<IPAddress> Looked { get; } = [];

    public bool IsBarred(IPAddress client, string protocol)
    {
        Looked.Enqueue(client);
        return Barred(client);
    }

    public void OnHostLimit(IPAddress client, string protocol) => Note(HostLimits, client);

    public void OnNoLoginTried(IPAddress client, string protocol) => Note(NoLogins, client);

    private void Note(ConcurrentQueue<IPAddress> list, IPAddress client)
    {
        list.Enqueue(client);
        if (Fault is { } fault)
        {
            throw fault;
        }
    }
}
