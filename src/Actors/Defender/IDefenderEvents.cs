namespace Hpc.Actors.Defender;

/// <summary>Is told what other parts of the server act on (R6.8: the trigger IP Blocked).</summary>
public interface IDefenderEvents
{
    /// <summary>A host was banned. Returns at once and never throws.</summary>
    void OnBanned(DefenderHost host, DateTimeOffset at);
}
