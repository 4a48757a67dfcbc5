namespace Hpc.Actors.Defender;

/// <summary>
/// Who has which points and who is banned. <see cref="MemoryBoard"/> is that of one node; one of a cluster sums the points over all nodes and is told of their bans.
/// Never waits and never throws; safe for any number of callers at once.
/// </summary>
public interface IDefenderBoard
{
    /// <summary>Hosts with points.</summary>
    int Scored { get; }

    /// <summary>Banned hosts.</summary>
    int Banned { get; }

    /// <summary>True while the host is banned. Takes no lock.</summary>
    bool IsBanned(HostKey host);

    /// <summary>Hosts with points, and bans of the defender's own, that were forgotten before their time for want of room.</summary>
    long Forgotten { get; }

    /// <summary>As <see cref="IsBanned"/>; a ban grows by this, at most once a minute: the host has come back while it lasts.</summary>
    bool IsBannedOnReturn(HostKey host);

    /// <summary>Gives points, above 0. A banned host gets none.</summary>
    ScoreResult Add(HostKey host, int points);

    /// <summary>Bans by an operator's word for a time from now on, or for what is left of a ban that lasts longer. False if there is no room for more of them.</summary>
    bool Ban(HostKey host, TimeSpan time);

    /// <summary>Forgets points and ban; false if there was neither.</summary>
    bool Remove(HostKey host);

    /// <summary>One, or null.</summary>
    DefenderHost? Find(HostKey host);

    /// <summary>Banned hosts and those with points, in the order of their addresses, at most so many.</summary>
    IReadOnlyList<DefenderHost> List(int limit);

    /// <summary>Calls this for every ban that begins, wherever it comes from; not for one that grows.</summary>
    void OnBan(Action<HostKey> listener);
}
