namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>What limits of speed did, of one kind of scope in one direction.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="IsUpload">The direction.</param>
/// <param name="Scopes">Scopes in use with a limit.</param>
/// <param name="Waiting">Transfers that wait; each is counted once for every kind on its way.</param>
/// <param name="Waits">Waits that began because of such a scope.</param>
/// <param name="Moved">Bytes that passed such scopes.</param>
public readonly record struct BandwidthCounters(BandwidthScopeKind Kind, bool IsUpload, int Scopes, int Waiting, long Waits, long Moved)
{
    internal const int Kinds = 4;
}
