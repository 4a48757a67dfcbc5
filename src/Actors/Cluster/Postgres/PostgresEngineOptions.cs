namespace Hpc.Actors.Cluster.Postgres;

/// <summary>How the engine reaches its database.</summary>
public sealed record PostgresEngineOptions
{
    /// <summary>Npgsql's connection string. Never part of a message.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>How long one attempt at a statement may take, on the server too; well below the share lease.</summary>
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for a join, which tells everything, and for lists.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a start waits for another node that brings the schema up to date.</summary>
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Connections for places of sessions.</summary>
    public int PlaceConnections { get; init; } = 4;

    /// <summary>Places that wait for a connection; beyond it they are refused.</summary>
    public int MaxWaitingPlaces { get; init; } = 1_000;
}
