namespace Hpc.Actors.Defender;

/// <summary>What became of a ban by the operator's word.</summary>
public enum BanOutcome
{
    /// <summary>The host is banned.</summary>
    Banned,

    /// <summary>It is a proxy that is trusted: a ban would close the door to everybody behind it.</summary>
    IsProxy,

    /// <summary>There are as many such bans as there may be.</summary>
    IsFull,

    /// <summary>The host is banned on this node; other nodes could not be told yet.</summary>
    HereAlone,
}
