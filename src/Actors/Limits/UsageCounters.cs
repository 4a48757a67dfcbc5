namespace Hpc.Actors.Limits;

/// <summary>What the keeper of usage has done since the start.</summary>
/// <param name="Ledgers">Scopes in use now.</param>
/// <param name="Waiting">Callers that wait for a reservation now.</param>
/// <param name="Statements">Statements that the store answered.</param>
/// <param name="FailedStatements">Statements that the store did not answer.</param>
/// <param name="Exhausted">Reservations refused because the limit leaves no room.</param>
/// <param name="Unavailable">Reservations refused because the store could not be asked.</param>
/// <param name="Scans">Scans and recoveries that ended well.</param>
public sealed record UsageCounters(int Ledgers, int Waiting, long Statements, long FailedStatements, long Exhausted, long Unavailable, long Scans);
