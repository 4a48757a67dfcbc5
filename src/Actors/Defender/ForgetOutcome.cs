namespace Hpc.Actors.Defender;

/// <summary>What became of the operator's word that a host is forgotten.</summary>
public enum ForgetOutcome
{
    /// <summary>There was neither ban nor points.</summary>
    Nothing,

    /// <summary>It has neither any more, on no node.</summary>
    Forgotten,

    /// <summary>It has neither on this node; other nodes could not be told yet.</summary>
    HereAlone,
}
