namespace Hpc.Actors.Cluster.Postgres;

/// <summary>The database does not answer, or not in time; whether the statement happened is not known.</summary>
public sealed class PostgresEngineException(string message, Exception? inner = null) : Exception(message, inner);
